/* One time axis: evidence, sound and remarks in the same scale, seconds of the proxy from left to right. */

import { written } from "../lib/time.mjs";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 1000;
const HEIGHT = 100;
const WAVE_COLUMNS = 600;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const TICK_PIXELS = 64;

export class Axis {
  #track;
  #marks;
  #player;
  #windows;

  constructor(root, player, windows) {
    this.root = root;
    this.#track = root.querySelector("[data-track]");
    this.#marks = root.querySelector("[data-marks]");
    this.#player = player;
    this.#windows = windows;
    root.hidden = false;
    this.#evidence();
    this.#ruler();
    this.#wave();
    this.#pointing();
    player.onTime((now) => this.#show(now));
  }

  /** Remarks as marks on the axis; `open` is called with the index of the one that was pressed. */
  mark(remarks, open) {
    this.#marks.replaceChildren(
      ...remarks.map((remark, index) => {
        const mark = document.createElement("button");
        mark.type = "button";
        mark.className = remark.end === null ? "mark" : "mark mark--stretch";
        mark.style.left = this.#percent(remark.start);
        if (remark.end !== null) {
          mark.style.width = this.#percent(remark.end - remark.start);
        }
        mark.title = `${written(remark.start)} ${remark.text}`;
        mark.setAttribute("aria-label", `Remark at ${written(remark.start)}: ${remark.text}`);
        mark.addEventListener("click", () => open(index));
        return mark;
      }),
    );
  }

  #percent(seconds) {
    return `${(100 * seconds) / this.#player.length}%`;
  }

  #evidence() {
    const lane = this.root.querySelector("[data-levels]");
    if (!lane || !this.#windows.length) {
      return;
    }
    const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    for (const level of [1, 4, 7, 10]) {
      drawing.append(svg("path", { class: "axis__grid", d: `M0 ${height(level)}H${WIDTH}` }));
    }
    const upper = this.#points("high");
    const lower = this.#points("low").reverse();
    drawing.append(svg("polygon", { class: "axis__band", points: [...upper, ...lower].map(String).join(" ") }));
    for (const kind of ["visual", "aural", "fused"]) {
      const points = this.#points(kind).map(String).join(" ");
      drawing.append(svg("polyline", { class: `axis__line axis__line--${kind}`, points }));
    }
    lane.replaceChildren(drawing);
  }

  /** The middle of every window, drawn out to both ends of the recording. */
  #points(kind) {
    const x = (seconds) => (WIDTH * seconds) / this.#player.length;
    const middles = this.#windows.map((window) => [x((window.start + window.end) / 2), height(window[kind])]);
    const first = this.#windows[0];
    const last = this.#windows[this.#windows.length - 1];
    return [[x(first.start), height(first[kind])], ...middles, [x(last.end), height(last[kind])]];
  }

  #ruler() {
    const ruler = this.root.querySelector("[data-ruler]");
    const most = Math.max(2, ruler.clientWidth / TICK_PIXELS);
    const step = STEPS.find((seconds) => this.#player.length / seconds <= most) ?? 1200;
    for (let moment = 0; moment < this.#player.length; moment += step) {
      const tick = document.createElement("span");
      tick.style.left = this.#percent(moment);
      tick.textContent = written(moment);
      ruler.append(tick);
    }
  }

  async #wave() {
    const lane = this.root.querySelector("[data-wave]");
    const answer = await fetch(lane.dataset.src);
    if (!answer.ok) {
      return;
    }
    const peaks = await answer.json();
    const columns = Math.min(WAVE_COLUMNS, peaks.length);
    let path = "";
    for (let column = 0; column < columns; column += 1) {
      const from = Math.floor((column * peaks.length) / columns);
      const to = Math.floor(((column + 1) * peaks.length) / columns);
      // The root shows quiet playing too; loud stays louder.
      const half = Math.max(0.5, (HEIGHT / 2) * Math.sqrt(Math.max(...peaks.slice(from, Math.max(to, from + 1)))));
      const x = ((column + 0.5) * WIDTH) / columns;
      path += `M${x.toFixed(2)} ${(HEIGHT / 2 - half).toFixed(1)}V${(HEIGHT / 2 + half).toFixed(1)}`;
    }
    const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    drawing.append(svg("path", { class: "wave", d: path }));
    lane.replaceChildren(drawing);
  }

  #pointing() {
    const hover = this.root.querySelector("[data-hover]");
    const moment = (event) => {
      const box = this.#track.getBoundingClientRect();
      return (this.#player.length * Math.min(Math.max(event.clientX - box.left, 0), box.width)) / box.width;
    };
    this.#track.addEventListener("pointerdown", (event) => {
      this.#track.setPointerCapture(event.pointerId);
      this.#player.seek(moment(event));
    });
    this.#track.addEventListener("pointermove", (event) => {
      const at = moment(event);
      hover.hidden = false;
      hover.style.left = this.#percent(at);
      if (event.buttons) {
        this.#player.seek(at);
      } else {
        this.#read(at);
      }
    });
    this.#track.addEventListener("pointerleave", () => {
      hover.hidden = true;
      this.#read(this.#player.now);
    });
    this.#track.addEventListener("keydown", (event) => {
      const to = { Home: 0, End: this.#player.length }[event.key];
      const by = { ArrowLeft: -2, ArrowRight: 2, ArrowDown: -2, ArrowUp: 2, PageDown: -10, PageUp: 10 }[event.key];
      if (to === undefined && by === undefined) {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      this.#player.seek(to ?? this.#player.now + by);
    });
  }

  #show(now) {
    this.root.querySelector("[data-now]").style.left = this.#percent(now);
    this.#track.setAttribute("aria-valuenow", String(Math.round(now)));
    this.#track.setAttribute("aria-valuetext", this.#read(now));
  }

  /** Writes what the model says at a moment into the legend and gives it back as words. */
  #read(moment) {
    this.root.querySelector("[data-at]").textContent = written(moment);
    const window = this.#windows.find(({ start, end }) => moment >= start && moment < end) ?? this.#windows.at(-1);
    if (!window) {
      return written(moment);
    }
    for (const value of this.root.querySelectorAll("[data-value]")) {
      value.textContent = window[value.dataset.value].toFixed(1);
    }
    return `${written(moment)}, level ${Math.round(window.fused)}`;
  }
}

function height(level) {
  return HEIGHT - ((level - 1) * HEIGHT) / 9;
}

function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  return element;
}
