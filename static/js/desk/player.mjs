/* The proxy's <video> is the only clock: everything else asks it, or is told by it. */

import { written } from "../lib/time.mjs";

export class Player {
  #video;
  #frame;
  #listeners = [];

  constructor(root, { frame, duration }) {
    this.#video = root.querySelector("[data-video]");
    this.#frame = frame;
    this.length = duration;
    this.#video.controls = false;
    this.#transport(root.querySelector("[data-transport]"));
    this.#video.addEventListener("click", () => this.toggle());
    for (const event of ["seeking", "seeked", "timeupdate", "loadedmetadata"]) {
      this.#video.addEventListener(event, () => this.#tell());
    }
    this.#video.addEventListener("play", () => this.#follow());
  }

  get now() {
    return this.#video.currentTime;
  }

  onTime(listener) {
    this.#listeners.push(listener);
    listener(this.now);
  }

  seek(moment) {
    this.#video.currentTime = Math.min(Math.max(moment, 0), this.length);
    this.#tell();
  }

  by(seconds) {
    this.seek(this.now + seconds);
  }

  frames(count) {
    this.#video.pause();
    // Half a frame on, so that the picture asked for is shown and not the one before it.
    const shown = Math.floor(this.now / this.#frame + 1e-6);
    this.seek((shown + count + 0.5) * this.#frame);
  }

  toggle() {
    if (this.#video.paused) {
      this.#video.play().catch(() => this.#tell());
    } else {
      this.#video.pause();
    }
  }

  faster(steps) {
    const select = this.rate;
    select.selectedIndex = Math.min(Math.max(select.selectedIndex + steps, 0), select.options.length - 1);
    select.dispatchEvent(new Event("change"));
  }

  #transport(bar) {
    const play = bar.querySelector("[data-play]");
    const time = bar.querySelector("[data-time]");
    this.rate = bar.querySelector("[data-rate]");
    bar.hidden = false;
    play.addEventListener("click", () => this.toggle());
    for (const button of bar.querySelectorAll("[data-seek]")) {
      button.addEventListener("click", () => this.by(Number(button.dataset.seek)));
    }
    for (const button of bar.querySelectorAll("[data-frame]")) {
      button.addEventListener("click", () => this.frames(Number(button.dataset.frame)));
    }
    this.rate.addEventListener("change", () => {
      this.#video.playbackRate = Number(this.rate.value);
    });
    const state = () => {
      const paused = this.#video.paused;
      play.setAttribute("aria-label", paused ? "Play" : "Pause");
      play.querySelector("[data-when-paused]").hidden = !paused;
      play.querySelector("[data-when-playing]").hidden = paused;
    };
    this.#video.addEventListener("play", state);
    this.#video.addEventListener("pause", state);
    this.onTime((now) => {
      time.textContent = `${written(now)} of ${written(this.length)}`;
    });
  }

  #follow() {
    const step = () => {
      this.#tell();
      if (!this.#video.paused) {
        requestAnimationFrame(step);
      }
    };
    step();
  }

  #tell() {
    for (const listener of this.#listeners) {
      listener(this.now);
    }
  }
}
