/*
 * A recording along the one time axis, for whoever looks and listens: levels, loudness, and moments to press.
 *
 *   <section data-along="ID"> with a json_script #ID of
 *   { duration, windows, pointers: [{ start, end, words, good }], remarks: [{ start, end, words, kind, word }] }
 *
 * A press goes there and a drag scrubs; a mouse that rests shows the moment's picture, and what the model says of it.
 * Between moments the arrow keys step: who stands on one sees it, who presses it hears it.
 */

import { percent } from "./axis/drawing.mjs";
import { Levels, windowAt } from "./axis/levels.mjs";
import { Moments } from "./axis/moments.mjs";
import { wave } from "./axis/outline.mjs";
import { drawRuler } from "./axis/ruler.mjs";
import { bindTable } from "./axis/table.mjs";
import { View } from "./axis/view.mjs";
import { written } from "./time.mjs";

const KEYS = { ArrowLeft: -2, ArrowRight: 2, ArrowDown: -2, ArrowUp: 2, PageDown: -10, PageUp: 10 }; // seconds
const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }; // moments
const STEADY = 6; // pixels within which a finger counts as not moved

export class Along {
  #root;
  #player;
  #data;
  #view;
  #marks = []; // { button, start }, in time's order
  #held = null; // where a pointer went down, and whether it drags

  constructor(root, player) {
    this.#root = root;
    this.#player = player;
    this.#data = read(document.getElementById(root.dataset.along));
    bindTable({ root, data: this.#data });
    this.#view = new View(this.#data.duration || 1);
    this.#draw();
    this.#lay();
    this.#bindPointer();
    this.#bindKeys();
    player.onTime(() => this.#show());
    this.#show();
  }

  #part(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }

  #draw() {
    const { windows } = this.#data;
    if (windows.length) {
      new Levels(this.#part("levels"), windows, this.#view);
    }
    drawRuler(this.#part("ruler"), this.#view);
    new ResizeObserver(() => this.#view.redraw()).observe(this.#part("stage"));
    onceSeen(this.#part("wave"), async (lane) => (await wave(lane, this.#view))((own) => own));
  }

  /** What the model points at above the levels, the teacher's remarks below the sound. */
  #lay() {
    const { pointers, remarks } = this.#data;
    this.#moments(this.#part("pointers"), pointers, ({ good, words }) => [good ? "above" : "below", words]);
    this.#moments(this.#part("remarks"), remarks, ({ kind, word, words }) => [kind, `${word}: ${words}`]);
    this.#marks.sort((one, other) => one.start - other.start);
    this.#marks.forEach(({ button }, index) => (button.tabIndex = index ? -1 : 0));
  }

  #moments(lane, moments, told) {
    if (!lane) {
      return;
    }
    const shown = moments.map((moment) => {
      const [kind, words] = told(moment);
      return { start: moment.start, end: moment.end ?? null, kind, label: `${written(moment.start)}, ${words}` };
    });
    const press = (index) => this.#player.play(shown[index].start, shown[index].end ?? Infinity);
    const buttons = new Moments(lane, this.#view).show(shown, press);
    buttons.forEach((button, index) => this.#marks.push({ button, start: shown[index].start }));
  }

  #moment(event) {
    const box = this.#part("stage").getBoundingClientRect();
    return this.#view.moment(Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1));
  }

  #bindPointer() {
    const stage = this.#part("stage");
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => (this.#held ? this.#drag(event) : this.#hover(event)));
    stage.addEventListener("pointerup", () => {
      if (this.#held && !this.#held.drags) {
        this.#player.seek(this.#held.moment);
      }
      this.#held = null;
    });
    stage.addEventListener("pointercancel", () => (this.#held = null));
    stage.addEventListener("pointerleave", () => this.#leave());
  }

  #down(event) {
    if (event.button !== 0 || event.target.closest("button")) {
      return;
    }
    this.#part("stage").setPointerCapture(event.pointerId);
    // A finger that goes down may be about to scroll the page.
    const drags = event.pointerType !== "touch";
    this.#held = { x: event.clientX, moment: this.#moment(event), drags };
    if (drags) {
      this.#player.seek(this.#held.moment);
    }
  }

  #drag(event) {
    this.#held.drags ||= Math.abs(event.clientX - this.#held.x) > STEADY;
    if (this.#held.drags) {
      this.#player.seek(this.#moment(event));
    }
  }

  #hover(event) {
    if (event.pointerType === "touch") {
      return;
    }
    const mark = this.#marks.find(({ button }) => button.contains(event.target));
    const moment = mark?.start ?? this.#moment(event);
    const hover = this.#part("hover");
    hover.hidden = false;
    hover.style.left = percent(this.#view.share(moment));
    hover.classList.toggle("is-late", this.#view.share(moment) > 0.8);
    hover.firstElementChild.textContent = written(moment);
    this.#tell(moment);
    this.#player.peek(moment);
  }

  #leave() {
    this.#part("hover").hidden = true;
    this.#player.back();
    this.#show();
  }

  #bindKeys() {
    this.#part("track").addEventListener("keydown", (event) => {
      const by = KEYS[event.key];
      const to = by === undefined ? { Home: 0, End: this.#view.length }[event.key] : this.#player.now() + by;
      if (to !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        this.#player.seek(to);
      }
    });
    this.#marks.forEach(({ button, start }, index) => {
      button.addEventListener("keydown", (event) => {
        const to = { Home: 0, End: this.#marks.length - 1 }[event.key] ?? index + STEPS[event.key];
        if (this.#marks[to]) {
          event.preventDefault();
          this.#stepTo(to);
        }
      });
      button.addEventListener("focus", () => this.#player.video.paused && this.#player.seek(start));
    });
  }

  #stepTo(index) {
    this.#marks.forEach(({ button }, which) => (button.tabIndex = which === index ? 0 : -1));
    this.#marks[index].button.focus();
    this.#player.seek(this.#marks[index].start);
  }

  #show() {
    const now = this.#player.now();
    this.#part("now").style.left = percent(this.#view.share(Math.min(now, this.#view.length)));
    if (this.#part("hover").hidden) {
      this.#tell(now);
    }
    const track = this.#part("track");
    track.setAttribute("aria-valuenow", String(Math.round(now)));
    track.setAttribute("aria-valuetext", this.#words(now));
  }

  #tell(moment) {
    const words = this.#words(moment);
    const line = this.#part("readout");
    if (line.textContent !== words) {
      line.textContent = words;
    }
  }

  /** What the model says of a moment, in whole levels. */
  #words(moment) {
    const window = windowAt(this.#data.windows, moment);
    if (!window) {
      return written(moment);
    }
    const { fused, visual, aural } = window;
    const told = { time: written(moment), level: Math.round(fused), sight: Math.round(visual), ear: Math.round(aural) };
    return interpolate(gettext("%(time)s, level %(level)s: by sight %(sight)s, by ear %(ear)s"), told, true);
  }
}

function read(script) {
  const data = JSON.parse(script.textContent);
  const windows = data.windows.map(([start, end, visual, aural, fused, low, high]) =>
    ({ start, end, visual, aural, fused, low, high }));
  return { ...data, windows };
}

/** What is far down a phone's page is fetched when somebody comes there. */
function onceSeen(element, act) {
  const observer = new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) {
      observer.disconnect();
      act(element);
    }
  });
  observer.observe(element);
}
