/* What the lanes share. */

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  return element;
}

/** A share of the whole as CSS has it. */
export function percent(share) {
  return `${(100 * share).toFixed(4)}%`;
}

/** A sheet is as long as the recording and lies under the view like paper under a window. */
export function place(sheet, view) {
  sheet.style.left = percent(view.share(0));
  sheet.style.width = percent(view.length / view.span);
}

/** Lay a band over a stretch of a roll; null: over none. */
export function band(element, stretch, length) {
  element.hidden = stretch === null;
  if (stretch) {
    element.style.left = percent(stretch.start / length);
    element.style.width = percent((stretch.end - stretch.start) / length);
  }
}

/** Call `draw` again where colours change with the theme. */
export function onTheme(draw) {
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
