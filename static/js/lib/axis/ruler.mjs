/* The marks of time, as many as fit. */

import { written } from "../time.mjs";
import { percent } from "./drawing.mjs";

const STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200];
const APART = 64; // pixels from tick to tick, at least

export function drawRuler(lane, view) {
  view.onChange(() => {
    const least = (view.span * APART) / Math.max(lane.clientWidth, APART);
    const step = STEPS.find((seconds) => seconds >= least) ?? STEPS.at(-1);
    const ticks = [];
    for (let moment = Math.ceil(view.start / step) * step; moment < view.end; moment += step) {
      const tick = document.createElement("span");
      tick.style.left = percent(view.share(moment));
      tick.textContent = step < 1 ? `${written(moment)}.${Math.round((moment % 1) * 10)}` : written(moment);
      ticks.push(tick);
    }
    lane.replaceChildren(...ticks);
  });
}
