/* Buttons at moments and stretches of the axis: remarks, and what moved the grade. */

import { percent, place } from "./drawing.mjs";

export class Moments {
  #sheet;
  #length;

  constructor(lane, view) {
    this.#length = view.length;
    this.#sheet = lane.querySelector("[data-sheet]");
    view.onChange(() => place(this.#sheet, view));
  }

  /** One button for each of `moments`: { start, end or null, kind, label, text }; `press` gets its index. */
  show(moments, press) {
    const buttons = moments.map(({ start, end, kind, label, text = "" }, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `mark mark--${kind}${end === null ? "" : " mark--stretch"}`;
      button.style.left = percent(start / this.#length);
      if (end !== null) {
        button.style.width = percent((end - start) / this.#length);
      }
      button.textContent = text;
      button.title = label;
      button.setAttribute("aria-label", label);
      button.addEventListener("click", () => press(index));
      return button;
    });
    this.#sheet.replaceChildren(...buttons);
    return buttons;
  }
}

const ON_IT = 0.05; // seconds: who was taken to a moment is on it, not before it
const GONE_BY = 1; // seconds: while it plays the same moment is not gone back to at once

/** The next that begins after `now` (way 1) or the last before it (way -1); null where there is none. */
export function nextOf(moments, now, way, isPlaying) {
  if (way > 0) {
    return moments.find(({ start }) => start > now + ON_IT) ?? null;
  }
  return moments.findLast(({ start }) => start < now - (isPlaying ? GONE_BY : ON_IT)) ?? null;
}
