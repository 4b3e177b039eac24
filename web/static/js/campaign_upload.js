// The first page of a campaign: a table that is chosen or dropped is sent at once, and the next page opens.

const form = document.querySelector("[data-table-form]");
const field = form.querySelector("[data-table-field]");
const input = field.querySelector("[type=file]");
const drop = field.querySelector("[data-drop]");
const status = field.querySelector("[data-file-status]");
const sending = field.querySelector("[data-sending]");
let request = null;

function complain(text) {
  field.querySelector(".wrong")?.remove();
  input.toggleAttribute("aria-invalid", false);
  if (!text) return;
  const message = document.createElement("p");
  message.className = "wrong";
  message.id = "table-wrong";
  message.textContent = text;
  drop.after(message);
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", "table-help table-wrong");
}

function ended(text) {
  sending.hidden = true;
  status.textContent = "";
  input.value = "";
  request = null;
  complain(text);
}

// What the server says of a table that it does not take is on the page that it answers with.
function answered() {
  if (request.status < 400) {
    status.textContent = "Here. Going on.";
    location.assign(request.responseURL);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const said = page.querySelector("#table-wrong, .lone p")?.textContent.trim();
  ended(said || `The table could not be sent: error ${request.status}.`);
}

function send(file) {
  if (file.size > Number(field.dataset.largest)) {
    ended(`${file.name} has ${(file.size / 1e6).toFixed(0)} MB; ${Number(field.dataset.largest) / 1e6} MB at most are taken.`);
    return;
  }
  complain("");
  const body = new FormData(form);
  const bar = sending.querySelector("progress");
  bar.value = 0;
  sending.hidden = false;
  status.textContent = `Sending ${file.name}.`;
  request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = (100 * event.loaded) / event.total;
    if (event.loaded === event.total) {
      bar.removeAttribute("value");
      status.textContent = `Looking through ${file.name}.`;
    }
  });
  request.addEventListener("load", answered);
  request.addEventListener("error", () => ended(`${file.name} could not be sent: the server did not answer.`));
  request.addEventListener("abort", () => ended(""));
  request.send(body);
}

field.classList.add("is-scripted");
field.querySelector("[data-drop-words]").hidden = false;
input.addEventListener("change", () => input.files.length && send(input.files[0]));
input.addEventListener("dragenter", () => drop.classList.add("is-over"));
for (const end of ["dragleave", "drop"]) input.addEventListener(end, () => drop.classList.remove("is-over"));
field.querySelector("[data-stop]").addEventListener("click", () => request?.abort());

// What misses the field must not replace the page.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!event.target.matches("[type=file]")) event.preventDefault();
  });
}
