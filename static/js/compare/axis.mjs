/* The one axis of two recordings, in seconds of the first; a press goes there, a drag repeats the stretch. */

import { Gestures } from "../desk/gestures.mjs";
import { band, percent } from "../lib/axis/drawing.mjs";
import { wave } from "../lib/axis/outline.mjs";
import { drawRuler } from "../lib/axis/ruler.mjs";
import { View } from "../lib/axis/view.mjs";
import { written } from "../lib/time.mjs";
import { tempi, tempoAt } from "./lanes.mjs";

const STEPS = { ArrowLeft: -2, ArrowRight: 2, ArrowDown: -2, ArrowUp: 2, PageDown: -10, PageUp: 10 }; // seconds

export class PairAxis {
  #root;
  #player;
  #follower;
  #tempo;
  #waves = [];

  constructor(root, player, follower, { tempo, waits }) {
    this.#root = root;
    this.#player = player;
    this.#follower = follower;
    this.#tempo = tempo;
    this.view = new View(player.length);
    drawRuler(this.#part("ruler"), this.view);
    this.#waits(waits);
    new ResizeObserver(() => this.view.redraw()).observe(this.#part("stage"));
    this.view.onChange(() => this.#show(player.now));
    player.onTime((now) => this.#show(now));
    this.#bind();
    Promise.all([wave(this.#part("wave-here"), this.view), wave(this.#part("wave-there"), this.view)]).then((waves) => {
      this.#waves = waves;
      this.draw();
    });
  }

  /** Everything that depends on the map between both. */
  draw() {
    const { warp } = this.#follower;
    this.#waves[0]?.((at) => at);
    this.#waves[1]?.((at) => warp.there(at));
    const lane = this.#part("tempo");
    if (lane && this.#tempo) {
      const there = this.#tempo.other.map(([at, tempo]) => [warp.here(at), tempo]);
      tempi(lane, this.#part("tempo-names"), this.view, [this.#tempo.one, there]);
    }
    this.#show(this.#player.now);
  }

  loop({ start, end }) {
    const length = this.view.length;
    band(this.#part("loop"), start === null ? null : { start, end: end ?? start }, length);
  }

  #part(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }

  /** Where this one goes on alone the axis is hatched; where the other one does, a mark stands. */
  #waits(waits) {
    for (const { goes_on: who, start, end, at } of waits) {
      const mark = document.createElement("div");
      mark.className = who === "one" ? "duet__alone" : "duet__skips";
      mark.style.left = percent((who === "one" ? start : at) / this.view.length);
      mark.style.width = who === "one" ? percent((end - start) / this.view.length) : "";
      this.#part("over").append(mark);
    }
  }

  #bind() {
    const track = this.#part("track");
    const hover = this.#part("hover");
    new Gestures(this.#part("stage"), this.view, {
      seek: (moment) => this.#player.seek(moment),
      stretch: (stretch, isDone) => {
        band(this.#part("loop"), stretch, this.view.length);
        if (isDone) {
          this.#root.dispatchEvent(new CustomEvent("stretch", { detail: stretch }));
        }
      },
      hover: (moment) => {
        hover.hidden = moment === null;
        if (moment !== null) {
          hover.style.left = percent(this.view.share(moment));
          hover.classList.toggle("is-late", this.view.share(moment) > 0.9);
          hover.firstElementChild.textContent = written(moment);
        }
      },
    });
    track.addEventListener("keydown", (event) => {
      const to = { Home: 0, End: this.view.length }[event.key];
      const by = STEPS[event.key];
      if (to !== undefined || by !== undefined) {
        event.preventDefault();
        event.stopPropagation();
        this.#player.seek(to ?? this.#player.now + by);
      }
    });
  }

  #show(now) {
    this.#part("now").style.left = percent(this.view.share(now));
    const roll = this.#part("over");
    roll.style.left = percent(this.view.share(0));
    roll.style.width = percent(this.view.length / this.view.span);
    const there = this.#follower.target(now);
    this.#write("at-here", written(now));
    this.#write("at-there", written(there));
    if (this.#tempo) {
      this.#write("tempo-here", tempoAt(this.#tempo.one, now)?.toFixed(0) ?? "–");
      this.#write("tempo-there", tempoAt(this.#tempo.other, there)?.toFixed(0) ?? "–");
    }
    const track = this.#part("track");
    track.setAttribute("aria-valuenow", String(Math.round(now)));
    track.setAttribute("aria-valuetext", interpolate(gettext("%(here)s, beside %(there)s"), { here: written(now), there: written(there) }, true));
  }

  #write(name, words) {
    const part = this.#part(name);
    if (part && part.textContent !== words) {
      part.textContent = words;
    }
  }
}
