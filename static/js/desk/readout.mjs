/* What the model says of a moment, in words and numbers above the axis. */

import { tenths } from "../lib/figures.mjs";
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
      this.#values.forEach((value) => (value.textContent = tenths(window[value.dataset.value])));
      this.#between.textContent = interpolate(gettext("%(low)s and %(high)s"), { low: window.low.toFixed(0), high: window.high.toFixed(0) }, true);
    }
    return window ? interpolate(gettext("%(moment)s, level %(level)s"), { moment: time, level: Math.round(window.fused) }, true) : time;
  }
}
