// One creative, large: verdicts and the way to the next one by keyboard.

const page = document.querySelector("[data-large]");
const form = page.querySelector("[data-verdict]");
const reason = form?.querySelector("[data-reason]");

function press(verdict) {
  form?.querySelector(`[value=${verdict}]`)?.click();
}

document.addEventListener("keydown", (event) => {
  const writes = event.target.matches("input, textarea, select");
  if (event.key === "Escape" && writes) event.target.blur();
  if (writes || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (event.key === "ArrowLeft") page.querySelector("[data-before]")?.click();
  else if (event.key === "ArrowRight") page.querySelector("[data-after]")?.click();
  else if (event.key === "Escape") page.querySelector("[data-back]").click();
  else if (key === "a" && form) press("approved");
  else if (key === "r" && reason) {
    reason.focus();
    event.preventDefault();
  }
});

// Enter in the reason means what R began.
reason?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  press("rejected");
});

for (const words of page.querySelectorAll("[data-keys]")) words.hidden = false;

// A creative that is being made shows itself when it is.
if (["waiting", "queued", "running"].includes(page.dataset.state)) {
  setInterval(async () => {
    if (document.hidden || document.activeElement?.matches("input, textarea")) return;
    const reply = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!reply?.ok) return;
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("[data-large]");
    if (fresh && fresh.dataset.state !== page.dataset.state) location.reload();
  }, 1500);
}
