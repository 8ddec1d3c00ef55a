/* The evidence as a table: made when it is opened, for of ten minutes it has three hundred rows. */

import { written } from "../lib/time.mjs";

export function bindTable({ root, data }) {
  const details = root.querySelector("[data-table]");
  details?.addEventListener("toggle", () => details.querySelector("tbody").replaceChildren(...data.windows.map(row)), { once: true });
}

function row({ start, end, fused, low, high, visual, aural }) {
  const figures = [fused.toFixed(1), `${low.toFixed(0)} to ${high.toFixed(0)}`, visual.toFixed(1), aural.toFixed(1)];
  const made = document.createElement("tr");
  made.append(...[written(start), written(end)].map((words) => cell(words)), ...figures.map((words) => cell(words, "number")));
  return made;
}

function cell(words, kind = "") {
  const made = document.createElement("td");
  made.className = kind;
  made.textContent = words;
  return made;
}
