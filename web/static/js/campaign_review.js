// The review of a campaign by keyboard and mouse: verdicts are sent at once, and the grid stays where it is.

const form = document.querySelector("[data-review]");
const announce = document.querySelector("[data-announce]");
const filters = document.querySelector("[data-filters]");

filters?.addEventListener("change", () => filters.requestSubmit());

function tiles() {
  return [...form.querySelectorAll("[data-creative]")];
}

function picked() {
  return form.querySelectorAll("[name=item]:checked").length;
}

function showPicked() {
  const every = form.elements.every.checked;
  const count = picked();
  form.querySelector("[data-picked]").textContent = every ? "All picked" : count ? `${count} picked` : "";
  for (const button of form.querySelectorAll("[name=verdict]")) button.disabled = !every && !count;
}

function mark(tile, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector(`[data-creative="${tile.dataset.creative}"]`);
  if (!fresh) return tile;
  document.querySelector("[data-review-counts]").replaceWith(page.querySelector("[data-review-counts]"));
  fresh.querySelector("[name=item]").checked = tile.querySelector("[name=item]").checked;
  tile.replaceWith(fresh);
  return fresh;
}

async function judge(tile, verdict, reason = "") {
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  body.set("verdict", verdict);
  body.set("reason", reason);
  const reply = await fetch(`${location.pathname.replace(/review$/, "creatives")}/${tile.dataset.creative}/review?fragment`, {
    method: "POST",
    body,
    headers: { Accept: "text/html" },
  }).catch(() => null);
  if (reply?.status === 401) location.reload();
  const name = tile.querySelector(".creative-name").textContent.trim();
  if (!reply?.ok) {
    announce.textContent = `${name} could not be ${verdict}.`;
    return;
  }
  const next = tile.nextElementSibling;
  const fresh = mark(tile, await reply.text());
  announce.textContent = `${name}: ${verdict}.`;
  (next ?? fresh).querySelector(".creative-picture").focus();
  showPicked();
}

// How many tiles a row of the grid has, as it is laid out now.
function across(all) {
  const top = all[0].offsetTop;
  const second = all.findIndex((tile) => tile.offsetTop > top);
  return second < 0 ? all.length : second;
}

function move(tile, key) {
  const all = tiles();
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across(all), ArrowUp: -across(all) }[key];
  const target = all[all.indexOf(tile) + step];
  target?.querySelector(".creative-picture").focus();
  target?.scrollIntoView({ block: "nearest" });
}

let rejecting = null;

function askWhy(tile) {
  rejecting = tile;
  const reason = form.querySelector("[data-reason]");
  reason.value = "";
  reason.focus();
  reason.placeholder = `Why not ${tile.querySelector(".creative-name").textContent.trim()}? Then Enter`;
}

function keyed(event) {
  const tile = event.target.closest("[data-creative]");
  if (!tile || event.ctrlKey || event.metaKey || event.altKey) return;
  const done = tile.dataset.state === "succeeded";
  if (event.key.startsWith("Arrow")) move(tile, event.key);
  else if (event.key === " " && !event.target.matches("input")) tile.querySelector("[name=item]").click();
  else if (event.key.toLowerCase() === "a" && done) judge(tile, "approved");
  else if (event.key.toLowerCase() === "r" && done) askWhy(tile);
  else return;
  event.preventDefault();
}

if (form) {
  form.querySelector("[data-keys]").hidden = false;
  form.addEventListener("keydown", keyed);
  form.addEventListener("change", showPicked);
  const reason = form.querySelector("[data-reason]");
  reason.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && rejecting) rejecting.querySelector(".creative-picture").focus();
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (!rejecting || !reason.value.trim()) return;
    const tile = rejecting;
    rejecting = null;
    judge(tile, "rejected", reason.value);
    reason.value = "";
    reason.placeholder = "";
  });
  reason.addEventListener("blur", () => {
    reason.placeholder = "";
  });
  showPicked();
}
