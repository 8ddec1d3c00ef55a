/* The bar below the axis: which part of the recording is in view, to be moved by pointer and keyboard. */

import { written } from "../lib/time.mjs";
import { percent } from "../lib/axis/drawing.mjs";

const STEPS = { ArrowLeft: -0.2, ArrowRight: 0.2, PageUp: -1, PageDown: 1 }; // shares of the view

export class Scrollbar {
  #bar;
  #view;
  #grip = null; // seconds from the view's start to where it is held

  constructor(bar, view) {
    this.#bar = bar;
    this.#view = view;
    bar.addEventListener("pointerdown", (event) => this.#hold(event));
    bar.addEventListener("pointermove", (event) => this.#grip !== null && this.#to(this.#moment(event) - this.#grip));
    bar.addEventListener("lostpointercapture", () => (this.#grip = null));
    bar.addEventListener("keydown", (event) => this.#press(event));
    view.onChange(() => this.#draw());
  }

  #moment(event) {
    const box = this.#bar.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * this.#view.length;
  }

  #hold(event) {
    this.#bar.setPointerCapture(event.pointerId);
    const moment = this.#moment(event);
    const { start, span } = this.#view;
    this.#grip = this.#view.shows(moment) ? moment - start : span / 2;
    this.#to(moment - this.#grip);
  }

  #press(event) {
    const { start, span, length } = this.#view;
    const by = STEPS[event.key];
    const to = by === undefined ? { Home: 0, End: length }[event.key] : start + by * span;
    if (to !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      this.#to(to);
    }
  }

  #to(start) {
    this.#view.scroll(start - this.#view.start);
  }

  #draw() {
    const { start, end, length, span, isWhole } = this.#view;
    const thumb = this.#bar.firstElementChild;
    thumb.style.left = percent(start / length);
    thumb.style.width = percent(span / length);
    this.#bar.classList.toggle("is-whole", isWhole);
    this.#bar.setAttribute("aria-valuenow", isWhole ? "0" : String(Math.round((100 * start) / (length - span))));
    this.#bar.setAttribute("aria-valuetext", isWhole ? gettext("The whole recording") : interpolate(gettext("%(start)s to %(end)s"), { start: written(start), end: written(end) }, true));
  }
}
