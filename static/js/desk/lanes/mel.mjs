/* The picture of the sound: one overview, and tiles that are fetched where one looks closely. */

import { clamp } from "../../lib/axis/view.mjs";

const BLURRED = 1.5; // times as wide as it is: from there the overview is not sharp enough
const FEW = 40; // tiles kept

export class Mel {
  #lane;
  #view;
  #canvas;
  #pen;
  #overview = null;
  #tiles = new Map();
  #seconds;

  /** `seconds` is the length of a tile; null: the recording was prepared before there were tiles. */
  constructor(lane, view, seconds) {
    this.#lane = lane;
    this.#view = view;
    this.#seconds = seconds;
    this.#canvas = lane.querySelector("canvas");
    this.#pen = this.#canvas.getContext("2d");
    this.#fetch(lane.dataset.src, (picture) => (this.#overview = picture));
    view.onChange(() => this.#draw());
  }

  #draw() {
    const width = Math.round(this.#lane.clientWidth * devicePixelRatio);
    const height = Math.round(this.#lane.clientHeight * devicePixelRatio);
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      Object.assign(this.#canvas, { width, height });
    }
    this.#pen.clearRect(0, 0, width, height);
    for (const { start, end, picture, from, to } of this.#pieces()) {
      const [left, right] = [start, end].map((moment) => Math.round(this.#view.share(moment) * width));
      this.#pen.drawImage(picture, from, 0, to - from, picture.height, left, 0, right - left, height);
    }
  }

  /** What lies in view, from left to right: of each tile's stretch the tile, or the overview until it is here. */
  #pieces() {
    const { start, end, length } = this.#view;
    if (!this.#isClose) {
      return this.#cut(this.#overview, 0, length, start, end);
    }
    const pieces = [];
    for (let number = Math.floor(start / this.#seconds); number * this.#seconds < end; number += 1) {
      const [from, to] = [number * this.#seconds, Math.min((number + 1) * this.#seconds, length)];
      const [left, right] = [Math.max(from, start), Math.min(to, end)];
      const tile = this.#tile(number);
      pieces.push(...(tile ? this.#cut(tile, from, to, left, right) : this.#cut(this.#overview, 0, length, left, right)));
    }
    return pieces;
  }

  get #isClose() {
    if (this.#seconds === null || !this.#overview) {
      return false;
    }
    const shown = (this.#overview.width * this.#view.span) / this.#view.length; // columns in view
    return this.#canvas.width > BLURRED * shown;
  }

  /** Of a picture that lasts from `first` to `last` the part from `start` to `end`. */
  #cut(picture, first, last, start, end) {
    if (!picture || end <= start) {
      return [];
    }
    const column = (moment) => (clamp((moment - first) / (last - first), 0, 1) * picture.width);
    return [{ start, end, picture, from: column(start), to: column(end) }];
  }

  #tile(number) {
    const known = this.#tiles.get(number);
    if (known !== undefined) {
      return known;
    }
    if (this.#tiles.size >= FEW) {
      this.#tiles.delete(this.#tiles.keys().next().value);
    }
    this.#tiles.set(number, null);
    this.#fetch(this.#lane.dataset.tile.replace(/0$/, number), (picture) => this.#tiles.set(number, picture));
    return null;
  }

  async #fetch(src, keep) {
    const picture = new Image();
    picture.src = src;
    try {
      await picture.decode();
    } catch {
      return; // The lane stays empty there; the axis works without.
    }
    keep(picture);
    this.#view.redraw();
  }
}
