// Where a campaign's content comes from: samples beside columns, columns into prompts, previews as they are ready.

const form = document.querySelector("[data-mapping]");
const previews = form.querySelector("[data-previews]");
const said = form.querySelector("[data-preview-status]");
const button = form.querySelector("[data-preview-button]");
const POLL = 700;
let asked = 0;

function showSample(select) {
  const words = select.closest(".field").querySelector("[data-sample-words]");
  const sample = select.selectedOptions[0].dataset.sample ?? "";
  words.textContent = sample;
  words.hidden = !sample;
}

function insert(chip) {
  const text = chip.closest(".made-fields").querySelector("[data-prompt-field]");
  // Nobody has put the cursor anywhere yet: it goes behind what is there.
  if (!text.dataset.touched) text.setSelectionRange(text.value.length, text.value.length);
  const { selectionStart: start, selectionEnd: end } = text;
  text.setRangeText(`{${chip.dataset.insertColumn}}`, start, end, "end");
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const line of form.querySelectorAll("[data-insert]")) line.hidden = false;
form.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-prompt-field]")) event.target.dataset.touched = "yes";
});
form.addEventListener("change", (event) => event.target.matches("[data-column]") && showSample(event.target));
form.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-insert-column]");
  if (chip) insert(chip);
});

async function page(address, options) {
  const reply = await fetch(address, { headers: { Accept: "text/html" }, ...options }).catch(() => null);
  if (reply?.status === 401) location.reload();
  return reply;
}

function put(html) {
  previews.innerHTML = html;
  previews.dispatchEvent(new CustomEvent("bottega:changed", { bubbles: true }));
  return previews.querySelector("[data-preview-jobs]");
}

// One filling of the form after another: only the latest one's pictures are shown.
async function follow(list, turn) {
  while (turn === asked && list?.dataset.live) {
    await new Promise((resolve) => setTimeout(resolve, POLL));
    const reply = await page(list.dataset.previewJobs);
    if (turn !== asked || !reply?.ok) continue;
    const html = await reply.text();
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-preview-jobs]");
    if (fresh && fresh.dataset.ready !== list.dataset.ready) list = put(html);
    else if (fresh && !fresh.dataset.live) list = put(html);
  }
  if (turn !== asked) return;
  button.removeAttribute("aria-busy");
  said.textContent = list ? "The preview is ready." : "";
}

async function preview() {
  const turn = (asked += 1);
  button.setAttribute("aria-busy", "true");
  said.textContent = "Drawing a preview.";
  const reply = await page(`${button.formAction}&fragment`, { method: "POST", body: new FormData(form) });
  if (turn !== asked) return;
  if (!reply || (!reply.ok && reply.status !== 422)) {
    button.removeAttribute("aria-busy");
    said.textContent = "The preview could not be drawn: the server did not answer as it should. Try again.";
    return;
  }
  const list = put(await reply.text());
  if (!list) said.textContent = "";
  follow(list, turn);
}

// In the capture phase: a preview is not the form being sent.
document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== form || event.submitter !== button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    preview();
  },
  { capture: true },
);

// Whoever goes back to the choices finds here again what was typed.
const KEY = `campaign:${location.pathname}`;

function remember() {
  const kept = {};
  for (const [name, value] of new FormData(form)) if (/^(column|image|copy|output)\./.test(name)) kept[name] = value;
  sessionStorage.setItem(KEY, JSON.stringify(kept));
}

function recall() {
  if (form.querySelector(".notice-wrong") || new URLSearchParams(location.search).has("from")) return;
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  for (const [name, value] of Object.entries(kept)) {
    const control = form.elements[name];
    if (!control || (control.options && ![...control.options].some((each) => each.value === value))) continue;
    control.value = value;
    if (control.matches("[data-column]")) showSample(control);
    if (value && control.matches("[data-prompt-field]")) control.closest("details").open = true;
  }
}

recall();
form.addEventListener("change", remember);
if (previews.querySelector("[data-live]")) follow(previews.querySelector("[data-preview-jobs]"), asked);
