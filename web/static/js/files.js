// Fields for files: what is chosen or dropped is sent at once, and is then one of the files that are here already.

const form = document.querySelector("[data-composer]");
const sending = new Set();
let isHeld = false;

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

class FileField {
  constructor(element) {
    this.element = element;
    this.name = element.dataset.fileField;
    this.input = element.querySelector("[type=file]");
    this.drop = element.querySelector("[data-drop]");
    this.list = element.querySelector("[data-kept-files]");
    this.status = element.querySelector("[data-file-status]");
    this.request = null;
    element.classList.add("is-scripted");
    element.querySelector("[data-drop-words]").hidden = false;
    this.input.addEventListener("change", () => this.send([...this.input.files]));
    this.input.addEventListener("dragenter", () => this.drop.classList.add("is-over"));
    for (const end of ["dragleave", "drop"]) this.input.addEventListener(end, () => this.drop.classList.remove("is-over"));
    this.list.addEventListener("change", () => this.show());
    element.querySelector("[data-stop]").addEventListener("click", () => this.request?.abort());
    this.show();
  }

  // One after another: the list keeps the order in which they were chosen.
  async send(files) {
    this.complain("");
    sending.add(this);
    try {
      for (const file of files) await this.sendOne(file);
      // The server has them; the form names them.
      this.input.value = "";
    } catch (refusal) {
      this.input.value = "";
      this.complain(refusal.message);
    } finally {
      this.element.querySelector("[data-sending]").hidden = true;
      sending.delete(this);
      if (isHeld && !sending.size) release();
    }
  }

  async sendOne(file) {
    if (file.size > Number(this.element.dataset.largest)) {
      throw new Error(`${file.name} has ${megabytes(file.size)}; ${megabytes(this.element.dataset.largest)} at most are taken.`);
    }
    const bar = this.element.querySelector("progress");
    bar.value = 0;
    this.element.querySelector("[data-sending]").hidden = false;
    this.status.textContent = `Sending ${file.name}.`;
    const reply = await this.post(file, (part) => (bar.value = 100 * part));
    const item = document.createElement("template");
    item.innerHTML = reply;
    this.take(item.content.querySelector("li"));
    this.status.textContent = `${file.name} is here and chosen.`;
  }

  post(file, tell) {
    const address = new URL("/uploads", location.href);
    address.search = new URLSearchParams([
      ["fragment", ""],
      ["field", this.name],
      ...("multiple" in this.element.dataset ? [["multiple", ""]] : []),
      ...this.element.dataset.accepts.split(" ").map((each) => ["accepts", each]),
    ]);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.open("POST", address);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
      request.setRequestHeader("Content-Disposition", `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`);
      request.upload.addEventListener("progress", (event) => event.lengthComputable && tell(event.loaded / event.total));
      request.addEventListener("load", () => (request.status === 200 ? resolve(request.responseText) : reject(new Error(reason(file, request)))));
      request.addEventListener("error", () => reject(new Error(`${file.name} could not be sent: the server did not answer.`)));
      request.addEventListener("abort", () => reject(new Error("")));
      request.send(file);
    });
  }

  // The same file again is the same upload: it is chosen, not listed twice.
  take(item) {
    const value = item.querySelector("input").value;
    const known = [...this.list.querySelectorAll("input")].find((each) => each.value === value);
    if (known) known.closest("li").remove();
    const none = this.list.querySelector(".kept-none");
    if (none) none.after(item);
    else this.list.append(item);
    item.querySelector("input").checked = true;
    const kept = this.element.querySelector("[data-kept]");
    kept.hidden = false;
    kept.open = true;
    this.show();
  }

  // What is chosen, to look at or listen to.
  show() {
    const chosen = this.list.querySelector("input:checked");
    const { kind, href } = chosen?.dataset ?? {};
    const place = this.element.querySelector("[data-file-preview]");
    place.replaceChildren();
    const made = href && { image: "img", sound: "audio", video: "video" }[kind];
    place.hidden = !made;
    if (chosen?.value) this.complain("");
    if (!made) return;
    const shown = document.createElement(made);
    if (made === "img") shown.alt = "The chosen picture";
    else {
      shown.controls = true;
      shown.preload = "metadata";
    }
    shown.src = href;
    place.append(shown);
  }

  complain(text) {
    const id = `${this.input.id}-wrong`;
    this.element.querySelector(".wrong")?.remove();
    this.input.setCustomValidity("");
    const others = this.input.getAttribute("aria-describedby").split(" ").filter((each) => each !== id);
    if (text) {
      const message = document.createElement("p");
      message.className = "wrong";
      message.id = id;
      message.textContent = text;
      this.drop.after(message);
      others.push(id);
      this.input.setAttribute("aria-invalid", "true");
    } else {
      this.input.removeAttribute("aria-invalid");
    }
    this.status.textContent = text;
    this.input.setAttribute("aria-describedby", others.join(" "));
  }
}

function reason(file, request) {
  try {
    const problem = JSON.parse(request.responseText);
    const about = problem.errors?.[0]?.message ?? problem.detail;
    return about.startsWith(file.name) ? about : `${file.name} ${about}`;
  } catch {
    return `${file.name} could not be sent: error ${request.status}.`;
  }
}

function release() {
  isHeld = false;
  form.querySelector(".composer-end button").removeAttribute("aria-busy");
  if (!form.querySelector(".file-field .wrong")) form.requestSubmit();
}

// A form that is sent meanwhile waits for its files.
document.addEventListener(
  "submit",
  (event) => {
    if (event.target !== form || !sending.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    isHeld = true;
    form.querySelector(".composer-end button").setAttribute("aria-busy", "true");
  },
  { capture: true },
);

// What misses its field must not replace the page.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!event.target.matches("[type=file]")) event.preventDefault();
  });
}

for (const element of form?.querySelectorAll("[data-file-field]") ?? []) new FileField(element);
