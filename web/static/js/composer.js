// The start page: examples fill the prompt, Ctrl+Enter sends it, the prompt follows to another model,
// and what was made lately stays true.

const form = document.querySelector("[data-composer]");
const prompt = form?.querySelector("[data-prompt]");
// This script says what is wrong, at the field.
if (form) form.noValidate = true;

for (const chip of document.querySelectorAll("[data-example]")) {
  chip.addEventListener("click", () => {
    prompt.value = chip.dataset.example;
    prompt.focus();
  });
}

form?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

const MISSING = { file: "Choose a file." };

function isMissing(input) {
  if (input.type !== "file") return input.required && !input.value.trim();
  const field = input.closest("[data-file-field]");
  return !input.files.length && !field.querySelector("[data-kept-files] :checked:not([value=''])");
}

// The browser's own bubbles go away by themselves; this message stays until the field is mended.
function complain(input) {
  const field = input.closest(".field");
  field.querySelector(".wrong")?.remove();
  const id = `${input.id}-wrong`;
  const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== id);
  const wrong = input.validationMessage;
  if (wrong) {
    const message = document.createElement("p");
    message.className = "wrong";
    message.id = id;
    message.textContent = wrong;
    (input.closest(".drop") ?? input).after(message);
    others.push(id);
    input.closest("details")?.setAttribute("open", "");
    input.setAttribute("aria-invalid", "true");
  } else {
    input.removeAttribute("aria-invalid");
  }
  input.setAttribute("aria-describedby", others.join(" "));
}

// In the capture phase, so that a form that is not sent does not count as sent.
document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== form) return;
    const inputs = [...form.querySelectorAll(".input, [data-required] .drop-input")];
    for (const input of inputs) {
      input.setCustomValidity(isMissing(input) ? MISSING[input.type] ?? "Say what to make." : "");
      complain(input);
    }
    const first = inputs.find((input) => !input.validity.valid);
    if (!first) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    first.focus();
  },
  { capture: true },
);

form?.addEventListener("input", (event) => {
  if (!event.target.matches("[aria-invalid]")) return;
  event.target.setCustomValidity("");
  complain(event.target);
});

for (const model of document.querySelectorAll("[data-keeps-prompt]")) {
  model.addEventListener("click", () => {
    const typed = prompt?.value.trim();
    if (!typed) return;
    const address = new URL(model.href);
    address.searchParams.set("prompt", typed);
    model.href = address;
  });
}

const tiles = document.querySelector("[data-recent]");
const LIVE = "[data-state=waiting], [data-state=queued], [data-state=running]";

async function refresh() {
  if (document.hidden || !tiles.querySelector(LIVE)) return;
  const reply = await fetch("/?fragment", { headers: { Accept: "text/html" } }).catch(() => null);
  if (!reply?.ok) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = await reply.text();
  for (const tile of fresh.content.querySelectorAll("[data-job]")) {
    const old = tiles.querySelector(`[data-job="${tile.dataset.job}"]`);
    if (old && old.dataset.state !== tile.dataset.state && !old.contains(document.activeElement)) old.replaceWith(tile);
  }
  tiles.dispatchEvent(new CustomEvent("bottega:changed", { bubbles: true }));
}

if (tiles) setInterval(refresh, 2500);

// On a phone many models scroll sideways. scrollIntoView would also move where the Tab key begins.
const strip = document.querySelector(".models-many");
const chosen = strip?.querySelector("[aria-current]");
if (chosen) strip.scrollLeft = chosen.offsetLeft - (strip.clientWidth - chosen.clientWidth) / 2;
