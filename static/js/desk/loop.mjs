/* A stretch that is played again and again, from A to B. */

import { written } from "../lib/time.mjs";

const SHORTEST = 0.2; // seconds

export class Loop {
  #player;
  #say;
  #listeners = [];
  #before = 0;
  start = null;
  end = null;

  constructor(player, say) {
    this.#player = player;
    this.#say = say;
    player.onTime((now) => this.#turn(now));
    player.onEnd(() => this.isWhole && player.play(this.start));
  }

  get isWhole() {
    return this.start !== null && this.end !== null;
  }

  onChange(listener) {
    this.#listeners.push(listener);
    listener(this);
  }

  /** It begins where the recording stands now. */
  begin() {
    this.start = this.#player.now;
    if (this.end !== null && this.end < this.start + SHORTEST) {
      this.end = null;
    }
    this.#tell(this.isWhole ? this.#words : interpolate(gettext("The loop begins at %(moment)s"), { moment: written(this.start) }, true));
  }

  /** It ends where the recording stands now; where it has no beginning it begins at the recording's. */
  close() {
    const now = this.#player.now;
    if (now < (this.start ?? 0) + SHORTEST) {
      this.#say(gettext("A loop must end after it begins"));
      return;
    }
    this.start ??= 0;
    this.end = now;
    this.#tell(this.#words);
    if (this.#player.isPlaying) {
      this.#player.seek(this.start);
    }
  }

  clear() {
    this.start = null;
    this.end = null;
    this.#tell(gettext("No loop"));
  }

  get #words() {
    return interpolate(gettext("Repeats from %(start)s to %(end)s"), { start: written(this.start), end: written(this.end) }, true);
  }

  #tell(words) {
    this.#say(words);
    this.#listeners.forEach((listener) => listener(this));
  }

  /** Only who plays across the end is taken back: who goes beyond it by hand may stay there. */
  #turn(now) {
    const crossed = this.isWhole && this.#player.isPlaying && this.#before < this.end && now >= this.end;
    this.#before = now;
    if (crossed && now - this.end < 1) {
      this.#player.seek(this.start);
    }
  }
}
