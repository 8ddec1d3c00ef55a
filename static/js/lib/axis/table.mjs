/* The evidence as a table: made when it is opened, for of ten minutes it has three hundred rows. */

import { written } from "../time.mjs";

const tenths = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function bindTable({ root, data }) {
  const details = root.querySelector("[data-table]");
  details?.addEventListener("toggle", () => details.querySelector("tbody").replaceChildren(...data.windows.map(row)), { once: true });
}

function row({ start, end, fused, low, high, visual, aural }) {
  const between = interpolate(gettext("%(low)s to %(high)s"), { low: low.toFixed(0), high: high.toFixed(0) }, true);
  const figures = [tenths.format(fused), between, tenths.format(visual), tenths.format(aural)];
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
