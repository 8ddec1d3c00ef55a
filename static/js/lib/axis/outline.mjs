/* How loud a recording is, as one outline that is drawn without a library. */

import { svg } from "./drawing.mjs";

export const HEIGHT = 100; // of a lane's drawing, in units of its own

const PEAKS = 50; // a second, as the server has them
const COLUMNS = 1200; // at most
const STILL = 5; // times slower than the axis counts as standing

/** A drawing over the whole length, seen through the view. */
export function sheet(lane, view) {
  const made = svg("svg", { preserveAspectRatio: "none", "aria-hidden": "true" });
  lane.replaceChildren(made);
  view.onChange(({ start, span }) => made.setAttribute("viewBox", `${start} 0 ${span} ${HEIGHT}`));
  return made;
}

/** How loud it is, by the bytes of core:wave. */
export async function wave(lane, view) {
  const answer = await fetch(lane.dataset.src);
  if (!answer.ok) {
    return () => {};
  }
  const heights = new Uint8Array(await answer.arrayBuffer());
  const path = sheet(lane, view).appendChild(svg("path", { class: "axis__wave" }));
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
