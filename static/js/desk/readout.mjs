/* What the model says of a moment, in words and numbers above the axis. */

import { written } from "../lib/time.mjs";
import { windowAt } from "../lib/axis/levels.mjs";

export class Readout {
  #at;
  #values;
  #between;
  #windows;
  #shown = null;

  constructor(root, windows) {
    this.#at = root.querySelector("[data-at]");
    this.#values = [...root.querySelectorAll("[data-value]")];
    this.#between = root.querySelector("[data-between]");
    this.#windows = windows;
  }

  /** Writes it, and only what has changed; gives it back as words. */
  show(moment) {
    const time = written(moment);
    if (this.#at.textContent !== time) {
      this.#at.textContent = time;
    }
    const window = windowAt(this.#windows, moment);
    if (window && window !== this.#shown) {
      this.#shown = window;
      this.#values.forEach((value) => (value.textContent = window[value.dataset.value].toFixed(1)));
      this.#between.textContent = `${window.low.toFixed(0)} and ${window.high.toFixed(0)}`;
    }
    return window ? `${time}, level ${Math.round(window.fused)}` : time;
  }
}
