/*
 * Pointers on the axis.
 *
 *   mouse, pen   a press goes there; a drag draws a stretch, on the ruler it scrubs
 *   one finger   a tap goes there; a drag scrolls; pressed for a while it draws a stretch; on the ruler it scrubs
 *   two fingers  zoom
 *   wheel        sideways scrolls; with Ctrl (so a trackpad's pinch arrives) it zooms
 */

const STEADY = 6; // pixels within which a pointer counts as not moved
const HOLD_MS = 450;
const WHEEL = 0.002; // of zoom per pixel of a wheel

export class Gestures {
  #stage;
  #view;
  #acts;
  #pointers = new Map();
  #mode = null; // null, "scrub", "press", "stretch", "scroll" or "pinch"
  #from = null;
  #hold = 0;

  /** `acts`: { seek(moment), stretch({start, end}, isDone), hover(moment or null) } */
  constructor(stage, view, acts) {
    this.#stage = stage;
    this.#view = view;
    this.#acts = acts;
    for (const [name, act] of [
      ["pointerdown", (event) => this.#down(event)],
      ["pointermove", (event) => this.#move(event)],
      ["pointerup", (event) => this.#up(event)],
      ["pointercancel", (event) => this.#cancel(event)],
      ["pointerleave", () => this.#mode === null && acts.hover(null)],
    ]) {
      stage.addEventListener(name, act);
    }
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  #moment(event) {
    const box = this.#stage.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    return this.#view.moment(Math.min(Math.max(share, 0), 1));
  }

  #down(event) {
    if (event.target.closest("button") || event.button !== 0) {
      return;
    }
    this.#stage.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, event);
    if (this.#pointers.size === 2) {
      this.#begin("pinch");
      return;
    }
    const moment = this.#moment(event);
    this.#from = { x: event.clientX, moment, start: this.#view.start };
    if (event.target.closest("[data-ruler]")) {
      this.#begin("scrub");
      this.#acts.seek(moment);
    } else if (event.pointerType === "touch") {
      this.#begin("press");
      this.#hold = setTimeout(() => this.#begin("stretch"), HOLD_MS);
    } else {
      this.#begin("press");
      this.#acts.seek(moment);
    }
  }

  #begin(mode) {
    clearTimeout(this.#hold);
    this.#mode = mode;
  }

  #move(event) {
    if (!this.#pointers.has(event.pointerId)) {
      this.#acts.hover(event.target.closest("button") ? null : this.#moment(event));
      return;
    }
    const before = this.#pointers.get(event.pointerId);
    this.#pointers.set(event.pointerId, event);
    if (this.#mode === "press" && Math.abs(event.clientX - this.#from.x) > STEADY) {
      this.#begin(event.pointerType === "touch" ? "scroll" : "stretch");
    }
    if (this.#mode === "scrub") {
      this.#acts.seek(this.#moment(event));
    } else if (this.#mode === "stretch") {
      this.#acts.stretch(this.#stretch(event), false);
    } else if (this.#mode === "scroll") {
      this.#view.scroll(((before.clientX - event.clientX) / this.#stage.clientWidth) * this.#view.span);
    } else if (this.#mode === "pinch") {
      this.#pinch(before, event);
    }
  }

  #up(event) {
    if (!this.#pointers.has(event.pointerId)) {
      return;
    }
    if (this.#mode === "press" && event.pointerType === "touch") {
      this.#acts.seek(this.#from.moment);
    } else if (this.#mode === "stretch") {
      const { start, end } = this.#stretch(event);
      if (end > start) {
        this.#acts.stretch({ start, end }, true);
      }
    }
    this.#cancel(event);
  }

  #cancel(event) {
    clearTimeout(this.#hold);
    this.#pointers.delete(event.pointerId);
    // One finger of two was lifted: the other one scrolls on.
    this.#mode = this.#pointers.size ? "scroll" : null;
  }

  #stretch(event) {
    const [one, other] = [this.#from.moment, this.#moment(event)];
    return { start: Math.min(one, other), end: Math.max(one, other) };
  }

  #pinch(before, event) {
    const [other] = [...this.#pointers.values()].filter(({ pointerId }) => pointerId !== event.pointerId);
    const apart = Math.max(Math.abs(event.clientX - other.clientX), STEADY);
    const was = Math.max(Math.abs(before.clientX - other.clientX), STEADY);
    const middle = { clientX: (event.clientX + other.clientX) / 2 };
    this.#view.zoom(apart / was, this.#moment(middle));
    this.#view.scroll(((before.clientX - event.clientX) / 2 / this.#stage.clientWidth) * this.#view.span);
  }

  #wheel(event) {
    const sideways = event.shiftKey && !event.deltaX ? event.deltaY : event.deltaX;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.#view.zoom(Math.exp(-event.deltaY * WHEEL), this.#moment(event));
    } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY) && !this.#view.isWhole) {
      event.preventDefault();
      this.#view.scroll((sideways / this.#stage.clientWidth) * this.#view.span);
    }
  }
}
