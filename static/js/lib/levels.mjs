/*
 * Levels along the recording, on the one time axis.
 *
 *   <div class="axis" data-levels="ID"></div> with a json_script #ID of
 *   { duration, windows: [{ start, end, visual, aural, fused, low, high }],
 *     remarks: [{ start, end, text, mark, sign: its shape as an SVG path about its middle }] }
 *
 * draw(element, player) draws it, redraws it when its width changes, and makes it a slider: a press or the arrow keys
 * go there (Shift: ten seconds), hovering says the levels of the moment. Times are seconds of the proxy.
 */

import { written } from "./time.mjs";

const SVG = "http://www.w3.org/2000/svg";
const PAD = { left: 26, right: 10, top: 10, bottom: 22 };
const HEIGHT = 168;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const NAMES = { fused: "together", visual: "by sight", aural: "by ear" };

export function draw(element, player) {
  const data = JSON.parse(document.getElementById(element.dataset.levels).textContent);
  const windows = data.windows ?? [];
  const duration = data.duration || 1;
  const readout = Object.assign(document.createElement("output"), { className: "axis__readout", hidden: true });
  let scale = null;
  let now = null;

  const momentAt = (event) => {
    const box = element.getBoundingClientRect();
    const inside = (event.clientX - box.left - PAD.left) / (box.width - PAD.left - PAD.right);
    return Math.min(Math.max(inside, 0), 1) * duration;
  };

  const describe = (seconds) => {
    const nearest = windows.reduce(
      (best, one) => (!best || distance(one, seconds) < distance(best, seconds) ? one : best), null);
    const levels = nearest ? Object.entries(NAMES).map(([key, name]) => `${name} ${nearest[key].toFixed(1)}`) : [];
    return [written(seconds), ...levels].join(", ");
  };

  const place = (seconds) => {
    now?.setAttribute("x1", scale.x(seconds));
    now?.setAttribute("x2", scale.x(seconds));
    element.setAttribute("aria-valuenow", seconds.toFixed(1));
    element.setAttribute("aria-valuetext", describe(seconds));
  };

  const render = () => {
    const width = element.clientWidth;
    if (!width) return;
    scale = scaleFor(width, duration);
    const svg = node("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, height: HEIGHT, "aria-hidden": "true" });
    grid(svg, scale, width, duration);
    if (windows.length) curves(svg, scale, windows, duration);
    marks(svg, scale, data.remarks ?? []);
    now = svg.appendChild(node("line", { class: "axis__now", y1: PAD.top, y2: HEIGHT - PAD.bottom }));
    element.replaceChildren(svg, readout);
    place(player.video.currentTime);
  };

  for (const [name, value] of Object.entries({
    role: "slider", tabindex: 0, "aria-label": "Moment in the recording", "aria-valuemin": 0, "aria-valuemax": duration,
  })) element.setAttribute(name, value);
  element.addEventListener("click", (event) => player.seek(momentAt(event)));
  element.addEventListener("pointermove", (event) => {
    readout.hidden = false;
    readout.value = describe(momentAt(event));
  });
  element.addEventListener("pointerleave", () => { readout.hidden = true; });
  element.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    const target = step ? player.video.currentTime + step * (event.shiftKey ? 10 : 1)
      : { Home: 0, End: duration }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    player.seek(target);
  });
  new ResizeObserver(render).observe(element);
  player.onTime(place);
  render();
}

const middle = (one) => (one.start + one.end) / 2;
const distance = (one, seconds) => Math.abs(middle(one) - seconds);

function scaleFor(width, duration) {
  const [left, right] = [PAD.left, width - PAD.right];
  const [top, bottom] = [PAD.top, HEIGHT - PAD.bottom];
  return {
    x: (seconds) => left + ((right - left) * seconds) / duration,
    y: (level) => bottom - ((bottom - top) * (level - 1)) / 9,
    left, right, top, bottom,
  };
}

function grid(svg, scale, width, duration) {
  for (const level of [1, 4, 7, 10]) {
    const y = scale.y(level);
    svg.append(node("line", { class: "axis__grid", x1: scale.left, x2: scale.right, y1: y, y2: y }));
    svg.append(node("text", { class: "axis__label", x: scale.left - 8, y: y + 4, "text-anchor": "end" }, level));
  }
  const step = STEPS.find((seconds) => (seconds / duration) * width >= 64) ?? 1200;
  for (let seconds = 0; seconds <= duration; seconds += step) {
    const anchor = seconds === 0 ? "start" : "middle";
    svg.append(node("text", { class: "axis__label", x: scale.x(seconds), y: HEIGHT - 6, "text-anchor": anchor }, written(seconds)));
  }
}

/* Each window stands at its middle; the first and the last reach to the ends of the recording. */
function curves(svg, scale, windows, duration) {
  const times = windows.map(middle);
  const path = (key) => {
    const points = windows.map((one, index) => [scale.x(times[index]), scale.y(one[key])]);
    return [[scale.x(0), points[0][1]], ...points, [scale.x(duration), points.at(-1)[1]]];
  };
  const joined = (points) => points.map((point) => point.map((value) => value.toFixed(1)).join(" ")).join("L");
  svg.append(node("path", { class: "axis__band", d: `M${joined(path("high"))}L${joined(path("low").reverse())}Z` }));
  for (const key of ["visual", "aural", "fused"]) {
    svg.append(node("path", { class: `axis__line axis__line--${key}`, d: `M${joined(path(key))}` }));
  }
}

/* Each remark stands at its moment with the shape of its kind; a stretch is a line along the bottom. */
function marks(svg, scale, remarks) {
  for (const { start, end, text, mark, sign } of remarks) {
    const kind = mark || "plain";
    const x = scale.x(start);
    const group = node("g", { class: `axis__remark axis__remark--${kind}` });
    group.append(node("title", {}, `${written(start)} ${text}`));
    if (end) {
      const y = scale.bottom;
      group.append(node("line", { class: "axis__mark axis__mark--stretch", x1: x, x2: scale.x(end), y1: y, y2: y }));
    }
    group.append(node("line", { class: "axis__mark", x1: x, x2: x, y1: scale.bottom - 10, y2: scale.bottom }));
    group.append(node("path", {
      class: `axis__sign axis__sign--${kind}`, d: sign, transform: `translate(${x} ${scale.bottom - 16})`,
    }));
    svg.append(group);
  }
}

function node(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
