/* The level of each window by eye, by ear and together, with the interval: three curves and a band. */

import { svg } from "./drawing.mjs";

const HEIGHT = 100;
const GRID = [1, 4, 7, 10];

export class Levels {
  /** Drawn once with seconds as its unit; the view only moves the window through which it is seen. */
  constructor(lane, windows, view) {
    const drawing = svg("svg", { preserveAspectRatio: "none", "aria-hidden": "true" });
    for (const level of GRID) {
      drawing.append(svg("path", { class: "axis__grid", d: `M0 ${height(level)}H${view.length}` }));
    }
    const upper = points(windows, "high", view.length);
    const lower = points(windows, "low", view.length).reverse();
    drawing.append(svg("polygon", { class: "axis__band", points: [...upper, ...lower].join(" ") }));
    for (const kind of ["visual", "aural", "fused"]) {
      const line = points(windows, kind, view.length).join(" ");
      drawing.append(svg("polyline", { class: `axis__line axis__line--${kind}`, points: line }));
    }
    lane.replaceChildren(drawing);
    view.onChange(({ start, span }) => drawing.setAttribute("viewBox", `${start} 0 ${span} ${HEIGHT}`));
  }
}

/** What the model says of a moment: the window whose middle is nearest. */
export function windowAt(windows, moment) {
  const away = ({ start, end }) => Math.abs((start + end) / 2 - moment);
  return windows.reduce((nearest, window) => (nearest && away(nearest) <= away(window) ? nearest : window), null);
}


/** The middle of every window, drawn out to both ends of the recording. */
function points(windows, kind, length) {
  const middles = windows.map((window) => [(window.start + window.end) / 2, window[kind]]);
  const all = [[0, windows[0][kind]], ...middles, [length, windows.at(-1)[kind]]];
  return all.map(([moment, level]) => `${moment.toFixed(2)},${height(level).toFixed(2)}`);
}

function height(level) {
  return HEIGHT - ((level - 1) * HEIGHT) / 9;
}
