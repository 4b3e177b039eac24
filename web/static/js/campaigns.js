// The list of campaigns stays true: asked for again while something in it can change.

const list = document.querySelector("[data-list]");
const announce = document.querySelector("[data-announce]");

function states() {
  return new Map([...list.querySelectorAll("[data-campaign]")].map((card) => [card.dataset.campaign, card.dataset.state]));
}

async function refresh() {
  if (document.hidden || !list.querySelector("[data-live]")) return;
  const address = new URL(location.href);
  address.searchParams.set("fragment", "");
  const reply = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (reply?.status === 401) location.reload();
  if (!reply?.ok) return;
  const before = states();
  const focused = document.activeElement?.closest("[data-campaign]")?.dataset.campaign;
  list.innerHTML = await reply.text();
  if (focused) list.querySelector(`[data-campaign="${focused}"] a`)?.focus({ preventScroll: true });
  list.dispatchEvent(new CustomEvent("bottega:changed", { bubbles: true }));
  const changed = [...list.querySelectorAll("[data-campaign]")].filter(
    (card) => before.has(card.dataset.campaign) && before.get(card.dataset.campaign) !== card.dataset.state,
  );
  announce.textContent = changed
    .map((card) => `${card.querySelector(".campaign-title").textContent.trim()}: ${card.dataset.state}`)
    .join(". ");
}

setInterval(refresh, 2500);
