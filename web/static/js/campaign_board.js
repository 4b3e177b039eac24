// The page of a campaign or a batch, live: its body anew while something happens to it.

const place = document.querySelector("[data-board]");
const announce = document.querySelector("[data-announce]");
const SPOKEN_EVERY = 15_000;
let spokenAt = Date.now();

function board() {
  return place.querySelector(".board");
}

// Whoever cannot see the bar hears how far it is: when the state changes, and now and then.
function say(stateChanged) {
  const words = place.querySelector("[data-said]")?.textContent ?? `It is ${board().dataset.state}.`;
  if (!stateChanged && Date.now() - spokenAt < SPOKEN_EVERY) return;
  spokenAt = Date.now();
  announce.textContent = words;
}

// What is the same on the new page keeps its place in the tab order.
function focusAgain(was) {
  if (!was) return;
  const { href, action } = was;
  const same = [...place.querySelectorAll("a[href], form")].find((each) => each.href === href && each.action === action);
  const target = same?.matches("form") ? same.querySelector("button") : same;
  (target ?? place.querySelector("h1")).focus({ preventScroll: true });
}

function focused() {
  const active = document.activeElement;
  if (!place.contains(active)) return null;
  const { href, action } = active.closest("a[href]") ?? active.closest("form") ?? {};
  return { href, action };
}

async function refresh() {
  if (document.hidden || !("live" in board().dataset) || place.querySelector("form[data-sent]")) return;
  const query = new URLSearchParams(location.search);
  query.set("fragment", "");
  const reply = await fetch(`${location.pathname}?${query}`, { headers: { Accept: "text/html" } }).catch(() => null);
  if (reply?.status === 401) location.reload();
  if (!reply?.ok || place.querySelector("form[data-sent]")) return;
  const html = await reply.text();
  const before = board();
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const after = fresh.content.querySelector(".board");
  if (after.outerHTML === before.outerHTML) return;
  const was = focused();
  const moved = after.dataset.state !== before.dataset.state;
  // Pictures that are there already are not loaded again.
  const strip = before.querySelector(".strip");
  const newStrip = after.querySelector(".strip");
  if (strip && newStrip && strip.innerHTML === newStrip.innerHTML) newStrip.replaceWith(strip);
  place.replaceChildren(fresh.content);
  focusAgain(was);
  place.dispatchEvent(new CustomEvent("bottega:changed", { bubbles: true }));
  say(moved);
}

async function again() {
  await refresh();
  setTimeout(again, 1500);
}

again();
