/* What of the recording the axis shows: from `start` to `end`, in seconds of the proxy. Every lane is drawn by it. */

const SHORTEST = 2; // seconds: closer there is nothing more to see
const MARGIN = 0.1; // share of the view that stays before a moment to which it turns

export class View {
  #listeners = [];
  #asked = false;

  constructor(length) {
    this.length = length;
    this.start = 0;
    this.end = length;
  }

  get span() {
    return this.end - this.start;
  }

  get isWhole() {
    return this.span >= this.length - 1e-6;
  }

  /** `listener` is called with the view now, and at most once per frame when it has changed. */
  onChange(listener) {
    this.#listeners.push(listener);
    listener(this);
  }

  /** Tell everybody again, as after a change of width. */
  redraw() {
    if (!this.#asked) {
      this.#asked = true;
      requestAnimationFrame(() => {
        this.#asked = false;
        this.#listeners.forEach((listener) => listener(this));
      });
    }
  }

  /** Where a moment lies: 0 at the left edge, 1 at the right one. */
  share(moment) {
    return (moment - this.start) / this.span;
  }

  moment(share) {
    return this.start + share * this.span;
  }

  shows(moment) {
    return moment >= this.start && moment <= this.end;
  }

  /** See `factor` times as closely; the moment `around` stays where it is. */
  zoom(factor, around) {
    const span = clamp(this.span / factor, Math.min(SHORTEST, this.length), this.length);
    this.#set(around - this.share(around) * span, span);
  }

  scroll(seconds) {
    this.#set(this.start + seconds, this.span);
  }

  fit() {
    this.#set(0, this.length);
  }

  /** Show a stretch with some room around it. */
  frame({ start, end }) {
    const room = (end - start) * MARGIN;
    this.#set(start - room, clamp(end - start + 2 * room, Math.min(SHORTEST, this.length), this.length));
  }

  /** Turn to a moment that is out of sight. */
  reveal(moment) {
    if (!this.shows(moment)) {
      this.#set(moment - MARGIN * this.span, this.span);
    }
  }

  #set(start, span) {
    const from = clamp(start, 0, this.length - span);
    if (from !== this.start || from + span !== this.end) {
      this.start = from;
      this.end = from + span;
      this.redraw();
    }
  }
}

export function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
