/* How fast something is sent, over the last few seconds: smooth, and yet it follows when the line changes. */

const WINDOW_MS = 8000;
const LEAST_MS = 1000; // nothing is said before

export class Speed {
  #marks = []; // { at: ms, sent: bytes }

  forget() {
    this.#marks = [];
  }

  /** { perSecond, left }: bytes a second, and seconds until all is sent; both 0 until there is something to say. */
  at(sent, total, now = performance.now()) {
    this.#marks.push({ at: now, sent });
    while (this.#marks.length > 2 && this.#marks[1].at < now - WINDOW_MS) this.#marks.shift();
    const [first] = this.#marks;
    const perSecond = now - first.at < LEAST_MS ? 0 : (1000 * (sent - first.sent)) / (now - first.at);
    return perSecond > 0 ? { perSecond, left: (total - sent) / perSecond } : { perSecond: 0, left: 0 };
  }
}
