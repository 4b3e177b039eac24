// The list of jobs stays true: asked for again while something in it can change.

const list = document.querySelector("[data-list]");
const announce = document.querySelector("[data-announce]");
const LIVE = "[data-state=waiting], [data-state=queued], [data-state=running]";
const isFirstPage = !new URLSearchParams(location.search).has("before");

function states() {
  return new Map([...list.querySelectorAll("[data-job]")].map((row) => [row.dataset.job, row.dataset.state]));
}

async function refresh() {
  if (document.hidden || !(isFirstPage || list.querySelector(LIVE))) return;
  const address = new URL(location.href);
  address.searchParams.set("fragment", "");
  const reply = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (reply?.status === 401) location.reload();
  if (!reply?.ok) return;
  const html = await reply.text();
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const before = states();
  const after = [...fresh.content.querySelectorAll("[data-job]")];
  const changed = after.filter((row) => before.get(row.dataset.job) !== row.dataset.state);
  if (!changed.length && after.length === before.size) return;
  const focused = document.activeElement?.closest("[data-job]")?.dataset.job;
  list.replaceChildren(fresh.content);
  if (focused) list.querySelector(`[data-job="${focused}"] a`)?.focus({ preventScroll: true });
  list.dispatchEvent(new CustomEvent("bottega:changed", { bubbles: true }));
  const ended = changed.filter((row) => !row.matches(LIVE) && before.has(row.dataset.job));
  if (ended.length) announce.textContent = ended.map((row) => `${title(row)}: ${row.dataset.state}`).join(". ");
}

function title(row) {
  return row.querySelector(".row-title").textContent;
}

// On a phone the filters scroll sideways. scrollIntoView would also move where the Tab key begins.
const filters = document.querySelector(".filters");
const chosen = filters.querySelector("[aria-current]");
filters.scrollLeft = chosen.offsetLeft - (filters.clientWidth - chosen.clientWidth) / 2;

setInterval(refresh, 2500);
