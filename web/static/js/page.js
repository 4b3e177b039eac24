// Every page: times that stay true, buttons that copy, forms that are sent once.

const UNITS = [
  [60, 1, "s"],
  [3600, 60, "min"],
  [86400, 3600, "h"],
  [604800, 86400, "d"],
];

function ago(moment) {
  const seconds = Math.floor((Date.now() - moment.getTime()) / 1000);
  if (seconds < 5) return "just now";
  const unit = UNITS.find(([below]) => seconds < below);
  return unit ? `${Math.floor(seconds / unit[1])} ${unit[2]} ago` : null;
}

function localTimes(root) {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  for (const time of root.querySelectorAll("time[data-local]")) {
    time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
    time.removeAttribute("data-local");
  }
}

function refreshTimes() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const text = ago(new Date(time.dateTime));
    if (text && time.textContent !== text) time.textContent = text;
  }
}

async function copy(button) {
  const label = button.querySelector("span");
  const before = label.textContent;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
  label.textContent = "Copied";
  setTimeout(() => (label.textContent = before), 1600);
}

/** Buttons that need a script are hidden until there is one; called again for what is put in later. */
function awaken(root = document) {
  for (const button of root.querySelectorAll("[data-copy], [data-example]")) button.hidden = false;
  localTimes(root);
  refreshTimes();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest(".menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent && form.matches("[data-once], [data-composer]")) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.querySelector("button:not([type=button])")?.setAttribute("aria-busy", "true");
});

// A page that comes back from the browser's memory is a new form, not the one that was sent.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
    const key = form.elements.form_key;
    if (key) key.value = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  }
});

// What a live part of a page puts in says so.
document.addEventListener("bottega:changed", (event) => awaken(event.target));

awaken();
setInterval(refreshTimes, 5000);
