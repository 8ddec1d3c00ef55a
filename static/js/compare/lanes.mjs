/* What lies on the axis of two recordings, all of it in seconds of the first: the waits and both tempi. */

import { svg } from "../lib/axis/drawing.mjs";
import { HEIGHT, sheet } from "../lib/axis/outline.mjs";

const TICKS = [1, 2, 5, 10, 20, 25, 50, 100];
const APART = 2.5; // seconds between two points of a tempo, from which the line is broken

/** Both curves: points [second of the axis, tempo]. The marks of the scale are written beside it. */
export function tempi(lane, names, view, curves) {
  const values = curves.flat().map(([, tempo]) => tempo).sort((one, other) => one - other);
  if (!values.length) {
    return;
  }
  // The few that stick out may be cut off: what matters is the middle.
  const [least, most] = [0.02, 0.98].map((share) => values[Math.round(share * (values.length - 1))]);
  const step = TICKS.find((ticks) => (most - least) / ticks <= 3) ?? 200;
  const low = Math.floor(least / step) * step;
  const high = Math.max(Math.ceil(most / step) * step, low + step);
  const height = (tempo) => HEIGHT - (HEIGHT * (tempo - low)) / (high - low);
  const made = sheet(lane, view);
  names.replaceChildren();
  for (let tick = high; tick >= low; tick -= step) {
    made.append(svg("path", { class: "axis__grid", d: `M0 ${height(tick)}H${view.length}` }));
    names.append(Object.assign(document.createElement("i"), { textContent: tick }));
  }
  curves.forEach((points, which) => {
    made.append(svg("path", { class: `duet__tempo duet__tempo--${which ? "there" : "here"}`, d: line(points, height) }));
  });
}

function line(points, height) {
  let before = -Infinity;
  return points
    .map(([at, tempo]) => {
      const joined = at - before <= APART ? "L" : "M";
      before = at;
      return `${joined}${at.toFixed(2)} ${Math.min(Math.max(height(tempo), 0), HEIGHT).toFixed(1)}`;
    })
    .join("");
}

/** The tempo of a curve at a moment of it; null where it has none. */
export function tempoAt(points, moment) {
  const nearest = points.reduce((best, point) => (best && away(best, moment) <= away(point, moment) ? best : point), null);
  return nearest && away(nearest, moment) <= 1 ? nearest[1] : null;
}

function away([at], moment) {
  return Math.abs(at - moment);
}
