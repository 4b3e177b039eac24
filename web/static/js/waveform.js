// What a sound looks like: drawn from the file itself, filled in as it plays, and a place to click to go there.

const LARGEST = 40_000_000;
const BAR = 3;
const GAP = 2;
const drawn = new WeakSet();

async function decoded(address) {
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(String(reply.status));
  return new OfflineAudioContext(1, 1, 22_050).decodeAudioData(await reply.arrayBuffer());
}

// The loudest sample of each bar, over all channels, 1 being the loudest of all.
function peaks(buffer, count) {
  const found = new Float32Array(count);
  for (let channel = 0; channel < buffer.numberOfChannels; channel++) {
    const samples = buffer.getChannelData(channel);
    for (let bar = 0; bar < count; bar++) {
      const end = Math.floor(((bar + 1) * samples.length) / count);
      for (let at = Math.floor((bar * samples.length) / count); at < end; at++) {
        found[bar] = Math.max(found[bar], Math.abs(samples[at]));
      }
    }
  }
  const loudest = Math.max(...found, 1e-6);
  return found.map((each) => each / loudest);
}

function paint(canvas, audio, buffer, known) {
  const scale = devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width) return;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const [played, rest] = ["--accent", "--line-strong"].map((name) => style.getPropertyValue(name));
  const count = Math.max(1, Math.floor((width - 32) / (BAR + GAP)));
  if (known.bars?.length !== count) known.bars = peaks(buffer, count);
  const { bars } = known;
  const reached = audio.duration ? audio.currentTime / audio.duration : 0;
  bars.forEach((peak, index) => {
    const tall = Math.max(2, peak * (height - 32));
    context.fillStyle = index / bars.length < reached ? played : rest;
    context.fillRect(16 + index * (BAR + GAP), (height - tall) / 2, BAR, tall);
  });
}

async function show(canvas) {
  const audio = document.getElementById(canvas.dataset.waveform);
  if (drawn.has(canvas) || !audio || Number(canvas.dataset.size) > LARGEST) return;
  drawn.add(canvas);
  let buffer;
  try {
    buffer = await decoded(audio.src);
  } catch {
    return; // The player says by itself what it cannot play.
  }
  canvas.hidden = false;
  const known = {};
  const again = () => paint(canvas, audio, buffer, known);
  for (const moment of ["timeupdate", "seeked", "loadedmetadata"]) audio.addEventListener(moment, again);
  new ResizeObserver(again).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  canvas.addEventListener("click", (event) => {
    const part = (event.offsetX - 16) / (canvas.clientWidth - 32);
    if (audio.duration) audio.currentTime = Math.min(1, Math.max(0, part)) * audio.duration;
  });
}

function showAll() {
  for (const canvas of document.querySelectorAll("[data-waveform]")) show(canvas);
}

document.addEventListener("bottega:changed", showAll);
showAll();
