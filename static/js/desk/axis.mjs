/* One time axis: evidence, sound, remarks and highlights in the same scale, under one view. */

import { written } from "../lib/time.mjs";
import { Gestures } from "./gestures.mjs";
import { band, percent, place } from "../lib/axis/drawing.mjs";
import { Levels } from "../lib/axis/levels.mjs";
import { Mel } from "./lanes/mel.mjs";
import { Moments, nextOf } from "../lib/axis/moments.mjs";
import { drawRuler } from "../lib/axis/ruler.mjs";
import { Readout } from "./readout.mjs";
import { Scrollbar } from "./scrollbar.mjs";
import { View } from "../lib/axis/view.mjs";

const STEPS = { ArrowLeft: -2, ArrowRight: 2, ArrowDown: -2, ArrowUp: 2, PageDown: -10, PageUp: 10 }; // seconds
const TURN_FROM = 0.92; // share of the view from which following turns the page
const TURN_TO = 0.08; // and where the playhead stands then
const LEAP = 1; // seconds: further than playing goes from frame to frame
// What a remark is for ears, by its mark.
const KINDS = {
  good: gettext("Well done at %(when)s: %(text)s"),
  look: gettext("Look here at %(when)s: %(text)s"),
  mistake: gettext("Mistake at %(when)s: %(text)s"),
  technique: gettext("Technique at %(when)s: %(text)s"),
};
const PLAIN = gettext("Remark at %(when)s: %(text)s");

export class Axis {
  #root;
  #player;
  #say;
  #readout;
  #parts = {};
  #lanes;
  #width = 0; // of the stage, in pixels
  #before = 0; // the moment that was shown last
  #remarks = [];
  #highlights = [];
  #press = (index) => this.#playStretch(this.#highlights[index]);
  #stretched = () => {};

  /** `windows` of the autograde, `tiles` the seconds of a tile of the sound's picture or null. */
  constructor(root, player, { windows, tiles, settings }, say) {
    this.#root = root;
    this.#player = player;
    this.#say = say;
    this.#readout = new Readout(root, windows);
    this.view = new View(player.length);
    for (const name of ["stage", "track", "now", "hover", "follow", "fit", "zoom-out", "loop", "chosen"]) {
      this.#parts[name] = this.#part(name);
    }
    this.#draw(windows);
    this.#bind();
    this.follow(settings.follow);
    player.onTime((now) => this.#show(now));
    whenIdle(() => this.#fetch(tiles));
  }

  /** Remarks as marks on the axis; `open` is called with the index of the one that was pressed. */
  mark(remarks, open) {
    this.#remarks = remarks;
    this.select(null);
    const shown = remarks.map(({ start, end, text, mark }) => ({
      start,
      end: end ?? null,
      kind: mark || "plain",
      label: interpolate(KINDS[mark] ?? PLAIN, { when: written(start), text: text || gettext("spoken") }, true),
    }));
    this.#lanes.remarks.show(shown, open);
  }

  /** What moved the grade: [{ start, end, label, pull }]; `onPress` gets the index, else the stretch is played. */
  highlights(highlights, onPress = this.#press) {
    this.#highlights = highlights;
    this.#press = onPress;
    const shown = highlights.map(({ start, end, label, pull }, index) => ({
      start,
      end,
      kind: pull < 0 ? "below" : "above",
      text: String(index + 1),
      label: interpolate(gettext("Highlight %(number)s, %(start)s to %(end)s: %(label)s"), { number: index + 1, start: written(start), end: written(end), label }, true),
    }));
    this.#lanes.highlights?.show(shown, (index) => this.#press(index));
  }

  /** `callback` gets each stretch that was dragged on the axis: { start, end }. */
  onStretch(callback) {
    this.#stretched = callback;
  }

  /** Show a stretch as chosen; null: none. */
  select(stretch) {
    band(this.#parts.chosen, stretch, this.view.length);
  }

  /** A and B of the loop. */
  loop({ start, end }) {
    band(this.#parts.loop, start !== null && end !== null ? { start, end } : null, this.view.length);
    for (const [name, moment] of [["loop-a", start], ["loop-b", end]]) {
      const flag = this.#part(name);
      flag.hidden = moment === null;
      flag.style.left = percent((moment ?? 0) / this.view.length);
    }
  }

  /** Go to the next (1) or the previous (-1) remark. */
  toRemark(way) {
    const found = this.#nextOf(this.#remarks, way, gettext("No remark after this"), gettext("No remark before this"));
    if (found) {
      this.#player.seek(found.start);
      this.#say(`${written(found.start)}: ${found.text || "a spoken remark"}`);
    }
  }

  /** Play the next (1) or the previous (-1) stretch that moved the grade. */
  toHighlight(way) {
    const found = this.#nextOf(this.#highlights, way, gettext("No highlight after this"), gettext("No highlight before this"));
    if (found) {
      this.#press(this.#highlights.indexOf(found));
    }
  }

  /** Closer for a factor above 1, everything for 0; around the playhead where it is in sight, else around the middle. */
  zoom(factor) {
    const { now } = this.#player;
    if (factor) {
      this.view.zoom(factor, this.view.shows(now) ? now : this.view.moment(0.5));
    } else {
      this.view.fit();
    }
    const { start, end, isWhole } = this.view;
    const stretch = { start: written(start), end: written(end) };
    this.#say(isWhole ? gettext("The whole recording is in view") : interpolate(gettext("%(start)s to %(end)s is in view"), stretch, true));
  }

  follow(isFollowing) {
    this.isFollowing = isFollowing;
    this.#parts.follow.setAttribute("aria-pressed", String(isFollowing));
    if (isFollowing) {
      this.view.reveal(this.#player.now);
    }
  }

  #part(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }

  #draw(windows) {
    const { view } = this;
    const { stage } = this.#parts;
    if (windows.length) {
      new Levels(this.#part("levels"), windows, view);
    }
    const highlights = this.#part("highlights");
    this.#lanes = {
      remarks: new Moments(this.#part("remarks"), view),
      highlights: highlights && new Moments(highlights, view),
    };
    drawRuler(this.#part("ruler"), view);
    new Scrollbar(this.#part("scrollbar"), view);
    view.onChange(() => {
      place(this.#part("over"), view);
      this.#parts["zoom-out"].disabled = this.#parts.fit.disabled = view.isWhole;
      this.#place(this.#player.now);
    });
    new ResizeObserver(() => {
      this.#width = stage.clientWidth;
      view.redraw();
    }).observe(stage);
  }

  /** What needs bytes of its own. */
  async #fetch(tiles) {
    new Mel(this.#part("mel"), this.view, tiles);
    const { drawWave } = await import("./lanes/wave.mjs");
    await drawWave(this.#part("wave"), this.#player.video, this.view);
  }

  #bind() {
    new Gestures(this.#parts.stage, this.view, {
      seek: (moment) => this.#player.seek(moment),
      hover: (moment) => this.#hover(moment),
      stretch: (stretch, isDone) => {
        this.select(stretch);
        if (isDone) {
          this.#stretched(stretch);
        }
      },
    });
    this.#parts.track.addEventListener("keydown", (event) => {
      const by = STEPS[event.key];
      const to = by === undefined ? { Home: 0, End: this.#player.length }[event.key] : this.#player.now + by;
      if (to !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        event.stopPropagation();
        this.#player.seek(to);
      }
    });
  }

  #nextOf(moments, way, noneAfter, noneBefore) {
    const found = nextOf(moments, this.#player.now, way, this.#player.isPlaying);
    if (!found) {
      this.#say(way > 0 ? noneAfter : noneBefore);
    }
    return found;
  }

  #playStretch({ start, end, label }) {
    this.#player.play(start, end);
    this.#say(interpolate(gettext("%(start)s to %(end)s: %(label)s"), { start: written(start), end: written(end), label }, true));
  }

  #show(now) {
    this.#turn(now);
    this.#place(now);
    const words = this.#readout.show(now);
    if (this.#parts.track.getAttribute("aria-valuetext") !== words) {
      this.#parts.track.setAttribute("aria-valuenow", String(Math.round(now)));
      this.#parts.track.setAttribute("aria-valuetext", words);
    }
  }

  /** Who goes somewhere is shown it. Following turns the page; who has scrolled away from the playhead is left there. */
  #turn(now) {
    const { view } = this;
    const before = this.#before;
    this.#before = now;
    if (Math.abs(now - before) > LEAP || (!this.#player.isPlaying && now !== before)) {
      view.reveal(now);
    } else if (this.isFollowing && view.shows(before) && view.share(now) > TURN_FROM && this.#player.isPlaying) {
      view.scroll(now - TURN_TO * view.span - view.start);
    }
  }

  #place(now) {
    const share = this.view.share(now);
    this.#parts.now.hidden = share < 0 || share > 1;
    this.#parts.now.style.transform = `translateX(${(share * this.#width).toFixed(1)}px)`;
  }

  #hover(moment) {
    const { hover } = this.#parts;
    hover.hidden = moment === null;
    this.#readout.show(moment ?? this.#player.now);
    if (moment !== null) {
      const share = this.view.share(moment);
      hover.style.transform = `translateX(${(share * this.#width).toFixed(1)}px)`;
      hover.classList.toggle("is-late", share > 0.9);
      hover.firstElementChild.textContent = written(moment);
    }
  }
}

/** After the page has been drawn once and can be used. */
function whenIdle(act) {
  requestAnimationFrame(() => setTimeout(act));
}
