/*
 * The second <video>: each is its own clock, and this one is led to where the other one is. What it drifts is made good
 * by playing a little faster or slower; what is far off, by going there.
 */

const FAR = 0.3; // seconds
const PULL = 0.8; // of its speed, for each second that it is off
const SLOWEST = 0.1; // below it stands: browsers play no slower than a sixteenth
const FASTEST = 4;
const SAME = 0.02; // of the speed, or seconds of a still picture: what nobody sees

export class Follower {
  #player;
  #video;
  #length;
  #asked = null; // where a still picture was last sent: a browser may come to stand a little beside it

  constructor(player, video, length, warp) {
    this.#player = player;
    this.#video = video;
    this.#length = length;
    this.warp = warp;
    video.controls = false;
    video.preservesPitch = true;
    for (const event of ["pause", "play", "seeked", "ratechange"]) {
      player.video.addEventListener(event, () => this.#follow(player.now));
    }
    // It may have been on its way elsewhere when it was led here.
    for (const event of ["loadedmetadata", "seeked"]) {
      video.addEventListener(event, () => this.#follow(player.now));
    }
    video.addEventListener("click", () => player.toggle());
    player.onTime((now) => this.#follow(now));
  }

  get now() {
    return this.#video.currentTime;
  }

  /** Where it should be, in its own seconds. */
  target(moment) {
    return Math.min(Math.max(this.warp.there(moment), 0), this.#length);
  }

  /** By this map from now on. */
  lead(warp) {
    this.warp = warp;
    this.#follow(this.#player.now);
  }

  #follow(now) {
    const target = this.target(now);
    const off = target - this.now;
    if (!this.#player.isPlaying) {
      this.#stand(target, off);
      return;
    }
    const pace = this.#player.video.playbackRate * this.warp.pace(now);
    if (pace < SLOWEST || target >= this.#length || this.warp.there(now) < 0) {
      this.#stand(target, off);
      return;
    }
    if (Math.abs(off) > FAR) {
      this.#go(target);
    }
    const speed = Math.min(Math.max(pace * (1 + PULL * off), SLOWEST), FASTEST);
    if (Math.abs(speed - this.#video.playbackRate) > SAME) {
      this.#video.playbackRate = speed;
    }
    this.#asked = null;
    if (this.#video.paused) {
      this.#video.play().catch(() => {});
    }
  }

  #stand(target, off) {
    if (!this.#video.paused) {
      this.#video.pause();
    }
    if (Math.abs(off) > SAME && target !== this.#asked) {
      this.#go(target);
    }
  }

  #go(target) {
    if (!this.#video.seeking && this.#video.readyState > 0) {
      this.#asked = target;
      this.#video.currentTime = target;
    }
  }
}
