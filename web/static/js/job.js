// One job's page, live: progress and previews as they come, and the page's body anew when the state changes.

const page = document.querySelector("[data-job-page]");
const announce = document.querySelector("[data-announce]");
const plainTitle = document.title;
let source = null;

function job() {
  return page.querySelector(".job");
}

function showProgress({ step, total, eta_seconds: eta }) {
  const bar = page.querySelector("[data-progress]");
  if (!bar || !total) return;
  bar.dataset.begun = "yes";
  bar.max = total;
  bar.value = step;
  const left = eta == null ? "" : eta < 1 ? " · a moment left" : ` · about ${Math.round(eta)} s left`;
  page.querySelector("[data-progress-words]").textContent = `Step ${step} of ${total}${left}`;
  document.title = `${Math.round((100 * step) / total)} % · ${plainTitle}`;
}

function showLoading({ bytes, total_bytes: total, seconds }) {
  const bar = page.querySelector("[data-progress]");
  if (!bar || bar.dataset.begun) return;
  const size = (count) => `${(count / 1e9).toFixed(1)} GB`;
  if (total > 0) {
    bar.max = total;
    bar.value = bytes;
  }
  const part = total >= 1e8 ? `, ${size(bytes)} of ${size(total)}` : "";
  page.querySelector("[data-progress-words]").textContent = `Loading the model${part} · ${Math.round(seconds)} s`;
}

function showPreview({ media_type: type, base64 }) {
  const image = page.querySelector("[data-preview]");
  if (!image || !/^image\/[a-z0-9.+-]+$/.test(type)) return;
  image.src = `data:${type};base64,${base64}`;
  image.hidden = false;
  page.querySelector("[data-idle]").hidden = true;
}

let draftSaid = "";
let draftSaidAt = 0;

// The text as it is written; a screen reader hears whole sentences of it, not every word.
function showText({ text }) {
  const draft = page.querySelector("[data-draft]");
  if (!draft) return;
  draft.textContent = text;
  draft.hidden = !text;
  page.querySelector("[data-idle]").hidden = Boolean(text);
  const sentences = text.slice(0, Math.max(...[". ", "! ", "? ", "\n"].map((end) => text.lastIndexOf(end))) + 1);
  if (!sentences.startsWith(draftSaid)) draftSaid = "";
  if (sentences.length <= draftSaid.length || Date.now() - draftSaidAt < 3000) return;
  const line = document.createElement("p");
  line.textContent = sentences.slice(draftSaid.length);
  page.querySelector("[data-draft-said]").append(line);
  draftSaid = sentences;
  draftSaidAt = Date.now();
}

function ordinal(number) {
  const suffix = [11, 12, 13].includes(number % 100) ? "th" : ["th", "st", "nd", "rd"][number % 10] ?? "th";
  return `${number.toLocaleString("en")}${suffix}`;
}

function about(seconds) {
  if (seconds < 1) return "a moment";
  if (seconds >= 7200) return `about ${Math.round(seconds / 3600)} h`;
  if (seconds >= 120) return `about ${Math.round(seconds / 60)} min`;
  return `about ${Math.round(seconds)} s`;
}

// As shared/jobs/queue_words.py says it. What holds a job up is drawn by the server.
function showQueue({ position, at_least: more, eta_seconds: eta, reason }) {
  if ((reason ?? "") !== job().dataset.holdUp) {
    renew();
    return;
  }
  const words = page.querySelector("[data-queue-words]");
  if (!words || !position) return;
  const place = position === 1 ? "Next in the queue" : `${ordinal(position)} in the queue${more ? " or later" : ""}`;
  words.textContent = eta == null ? place : `${place}, ${about(eta)}`;
}

async function renew() {
  const reply = await fetch(`${location.pathname}?fragment`, { headers: { Accept: "text/html" } }).catch(() => null);
  if (reply?.status === 401) location.reload();
  if (!reply?.ok) return;
  const shown = page.querySelector("[data-preview]:not([hidden])")?.src;
  const written = page.querySelector("[data-draft]")?.textContent;
  const hadFocus = page.contains(document.activeElement);
  page.innerHTML = await reply.text();
  document.title = plainTitle;
  const image = page.querySelector("[data-preview]");
  if (shown && image) {
    image.src = shown;
    image.hidden = false;
    page.querySelector("[data-idle]").hidden = true;
  }
  if (written) showText({ text: written });
  if (hadFocus) page.querySelector("h1").focus({ preventScroll: true });
  page.dispatchEvent(new CustomEvent("bottega:changed", { bubbles: true }));
  announce.textContent = `The job is ${job().dataset.state}.`;
}

function follow() {
  const address = job().dataset.live;
  if (!address) return;
  source = new EventSource(address);
  source.addEventListener("progress", (event) => showProgress(JSON.parse(event.data)));
  source.addEventListener("queue", (event) => showQueue(JSON.parse(event.data)));
  source.addEventListener("preview", (event) => showPreview(JSON.parse(event.data)));
  source.addEventListener("loading", (event) => showLoading(JSON.parse(event.data)));
  source.addEventListener("text", (event) => showText(JSON.parse(event.data)));
  source.addEventListener("state", (event) => {
    if (JSON.parse(event.data).state !== job().dataset.state) renew();
  });
  // A browser tries again by itself when a stream breaks, not when the server was too busy to open one.
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 3000);
  });
  source.addEventListener("end", () => {
    source.close();
    if (job().dataset.live) renew();
  });
}

follow();
// A form on the page leaves it; the stream need not wait to be noticed.
window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", (event) => {
  if (event.persisted) follow();
});
