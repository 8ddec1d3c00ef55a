/* What lies on the axis of two recordings, all of it in seconds of the first: both waveforms, the waits, both tempi. */

import { svg } from "../desk/lanes/drawing.mjs";

const PEAKS = 50; // a second, as the server has them
const COLUMNS = 1200; // at most
const STILL = 5; // times slower than the axis counts as standing
const HEIGHT = 100;
const TICKS = [1, 2, 5, 10, 20, 25, 50, 100];
const APART = 2.5; // seconds between two points of a tempo, from which the line is broken

/** A drawing over the whole length, seen through the view. */
function drawing(lane, view) {
  const made = svg("svg", { preserveAspectRatio: "none", "aria-hidden": "true" });
  lane.replaceChildren(made);
  view.onChange(({ start, span }) => made.setAttribute("viewBox", `${start} 0 ${span} ${HEIGHT}`));
  return made;
}

export async function wave(lane, view) {
  const answer = await fetch(lane.dataset.src);
  if (!answer.ok) {
    return () => {};
  }
  const heights = new Uint8Array(await answer.arrayBuffer());
  const path = drawing(lane, view).appendChild(svg("path", { class: "duet__wave" }));
  /** Draw it along the axis: `own` gives the recording's own second for one of the axis. */
  return (own) => path.setAttribute("d", outline(heights, view.length, own));
}

function outline(heights, length, own) {
  const loudest = heights.reduce((most, height) => Math.max(most, height), 1);
  const columns = Math.min(COLUMNS, Math.round(length * PEAKS));
  const width = length / columns;
  let path = "";
  for (let column = 0; column < columns; column += 1) {
    const [from, to] = [own(column * width), own((column + 1) * width)];
    // Where it stands still, nothing new is heard.
    if (to - from > width / STILL && to > 0 && from < heights.length / PEAKS) {
      const first = Math.max(Math.floor(from * PEAKS), 0);
      const heard = heights.subarray(first, Math.max(Math.ceil(to * PEAKS), first + 1));
      const half = Math.max(1, (HEIGHT / 2) * (heard.reduce((most, height) => Math.max(most, height), 0) / loudest));
      const at = (column + 0.5) * width;
      path += `M${at.toFixed(3)} ${(HEIGHT / 2 - half).toFixed(1)}V${(HEIGHT / 2 + half).toFixed(1)}`;
    }
  }
  return path;
}

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
  const made = drawing(lane, view);
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
