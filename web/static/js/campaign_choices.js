// The choices of a campaign: how many creatives they come to, as they are ticked.

const form = document.querySelector("[data-choices]");
const words = form.querySelector("[data-count]");
const rows = Number(form.dataset.rows);

function several(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

function chosen(name) {
  const typed = form.elements[`more_${name}s`]?.value.split(/[\s,;]+/).filter(Boolean) ?? [];
  return form.querySelectorAll(`[name=${name}]:checked`).length + typed.length;
}

function count() {
  const parts = [rows, chosen("template"), chosen("size"), chosen("locale")];
  const nouns = ["row", "template", "size", "language"];
  const total = parts.reduce((product, each) => product * each, 1);
  words.textContent = `${parts.map((each, place) => several(each, nouns[place])).join(" × ")} = ${several(total, "creative")}`;
}

form.addEventListener("change", count);
form.addEventListener("input", (event) => event.target.matches("[name^=more_]") && count());
count();
