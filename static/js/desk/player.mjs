/* The proxy's <video> is the only clock: everything else asks it, or is told by it. */

import { written } from "../lib/time.mjs";

export class Player {
  #frame;
  #listeners = [];
  #until = Infinity;
  #held = false;

  constructor(root, { frame, duration }, say) {
    this.video = root.querySelector("[data-video]");
    this.#frame = frame;
    this.say = say;
    this.length = duration;
    this.video.controls = false;
    this.video.preservesPitch = true;
    this.#transport(root.querySelector("[data-transport]"));
    this.video.addEventListener("click", () => this.toggle());
    for (const event of ["seeking", "seeked", "timeupdate", "loadedmetadata"]) {
      this.video.addEventListener(event, () => this.#tell());
    }
    this.video.addEventListener("play", () => this.#follow());
  }

  get now() {
    return this.video.currentTime;
  }

  get isPlaying() {
    return !this.video.paused;
  }

  onTime(listener) {
    this.#listeners.push(listener);
    listener(this.now);
  }

  onEnd(listener) {
    this.video.addEventListener("ended", listener);
  }

  seek(moment) {
    this.#until = Infinity;
    this.video.currentTime = Math.min(Math.max(moment, 0), this.length);
    this.#tell();
  }

  by(seconds) {
    this.seek(this.now + seconds);
  }

  frames(count) {
    this.video.pause();
    // Half a frame on, so that the picture asked for is shown and not the one before it.
    const shown = Math.floor(this.now / this.#frame + 1e-6);
    this.seek((shown + count + 0.5) * this.#frame);
  }

  /** Play from a moment, to another one if it is given. */
  play(from = this.now, until = Infinity) {
    this.seek(from);
    this.#until = until;
    this.#start();
  }

  /** Stand still for a while; `resume` plays on where it had been playing. */
  pause() {
    this.#held = this.isPlaying;
    this.video.pause();
  }

  resume() {
    if (this.#held) {
      this.#start();
    }
  }

  toggle() {
    if (this.video.paused) {
      this.#start();
    } else {
      this.video.pause();
    }
  }

  faster(steps) {
    const { options, selectedIndex } = this.rate;
    this.rate.selectedIndex = Math.min(Math.max(selectedIndex + steps, 0), options.length - 1);
    this.rate.dispatchEvent(new Event("change"));
    this.say(interpolate(gettext("Speed %(speed)s"), { speed: options[this.rate.selectedIndex].textContent }, true));
  }

  #start() {
    this.#held = false;
    // A browser may refuse to start sound; the picture still stands at the moment.
    this.video.play().catch(() => this.#tell());
  }

  #transport(bar) {
    const play = bar.querySelector("[data-play]");
    const time = bar.querySelector("[data-time]");
    this.rate = bar.querySelector("[data-rate]");
    play.addEventListener("click", () => this.toggle());
    this.rate.addEventListener("change", () => {
      this.video.playbackRate = Number(this.rate.value);
    });
    const state = () => {
      const paused = this.video.paused;
      play.setAttribute("aria-label", paused ? gettext("Play") : gettext("Pause"));
      play.querySelector("[data-when-paused]").hidden = !paused;
      play.querySelector("[data-when-playing]").hidden = paused;
    };
    this.video.addEventListener("play", state);
    this.video.addEventListener("pause", state);
    this.onTime((now) => {
      const words = interpolate(gettext("%(moment)s of %(length)s"), { moment: written(now), length: written(this.length) }, true);
      if (time.textContent !== words) {
        time.textContent = words;
      }
    });
  }

  #follow() {
    const step = () => {
      this.#tell();
      if (!this.video.paused) {
        requestAnimationFrame(step);
      }
    };
    step();
  }

  #tell() {
    const now = this.now;
    if (now >= this.#until) {
      this.#until = Infinity;
      this.video.pause();
    }
    this.#listeners.forEach((listener) => listener(now));
  }
}
