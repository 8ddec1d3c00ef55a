/* A training as it goes: asks every two seconds, moves the bar, the figures, the curves and the log. */

import { tenths } from "./lib/figures.mjs";
import uPlot from "../npm/uplot/uPlot.esm.js";

const ASK_MS = 2000;
const SLOWER_MS = 10000;
const CHART_HEIGHT = 220;
const HUES = { loss: "--ink-quiet", mae: "--fused" };

const root = document.querySelector("[data-run]");
const part = (name) => root.querySelector(`[data-${name}]`);
const charts = [];

function hue(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function columns(history, key) {
  const known = history.filter((entry) => entry[key] !== null && entry[key] !== undefined);
  return [known.map((entry) => entry.epoch), known.map((entry) => entry[key])];
}

function draw(history) {
  for (const element of root.querySelectorAll("[data-chart]")) {
    const key = element.dataset.chart;
    const data = columns(history, key);
    if (!data[0].length) {
      continue;
    }
    const grid = { stroke: hue("--line"), width: 1 };
    const axis = { stroke: hue("--ink-quiet"), font: "12px Inter, sans-serif", grid, ticks: { show: false } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: CHART_HEIGHT,
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        scales: { x: { time: false } },
        axes: [axis, axis],
        series: [{}, { stroke: hue(HUES[key]), width: 2, points: { show: data[0].length < 3 } }],
      },
      data,
      element,
    );
    charts.push({ key, element, plot });
  }
}

function update(history) {
  if (charts.length < root.querySelectorAll("[data-chart]").length) {
    redraw(history);
    return;
  }
  for (const { key, plot } of charts) {
    plot.setData(columns(history, key));
  }
}

function redraw(history) {
  for (const { plot } of charts.splice(0)) {
    plot.destroy();
  }
  draw(history);
}

function duration(seconds) {
  if (seconds === null || seconds === undefined) {
    return "–";
  }
  const whole = Math.round(seconds);
  if (whole < 90) {
    return interpolate(gettext("%(count)s s"), { count: whole }, true);
  }
  return whole < 5400
    ? interpolate(gettext("%(count)s min"), { count: Math.round(whole / 60) }, true)
    : interpolate(gettext("%(count)s h"), { count: tenths(whole / 3600) }, true);
}

function figure(value, digits) {
  return value === null || value === undefined ? "–" : value.toFixed(digits);
}

function cell(kind, text) {
  const made = document.createElement(kind);
  made.textContent = text;
  if (kind === "th") {
    made.scope = "row";
  } else {
    made.className = "number";
  }
  return made;
}

/* The same numbers as the curves: rows are added as epochs are told, and begun anew where a training was. */
function list(history) {
  const rows = part("rows");
  part("numbers").hidden = history.length === 0;
  if (rows.children.length > history.length) {
    rows.replaceChildren();
  }
  for (const entry of history.slice(rows.children.length)) {
    const row = document.createElement("tr");
    row.append(
      cell("th", entry.epoch),
      cell("td", figure(entry.loss, 3)),
      cell("td", figure(entry.mae, 2)),
      cell("td", figure(entry.qwk, 2)),
    );
    rows.append(row);
  }
}

function describe(machine) {
  if (machine.length) {
    const facts = machine.flatMap(([name, value]) => {
      const term = document.createElement("dt");
      const said = document.createElement("dd");
      term.textContent = name;
      said.textContent = value;
      return [term, said];
    });
    part("machine").replaceChildren(...facts);
  }
}

function show(progress) {
  const newest = progress.history.at(-1) ?? {};
  const sentence = part("sentence");
  if (sentence.textContent !== progress.sentence) {
    sentence.textContent = progress.sentence;
  }
  part("fraction").value = progress.fraction;
  part("epoch").textContent = newest.epoch
    ? interpolate(gettext("%(number)s of %(all)s"), { number: newest.epoch, all: newest.epochs }, true)
    : "–";
  part("loss").textContent = figure(newest.loss, 3);
  part("mae").textContent = figure(newest.mae, 2);
  part("qwk").textContent = figure(newest.qwk, 2);
  part("eta").textContent = duration(progress.eta);
  part("chart-empty").hidden = progress.history.length > 0;
  const log = part("log");
  if (progress.log && log.textContent !== progress.log) {
    log.textContent = progress.log;
    log.scrollTop = log.scrollHeight;
  }
  if (progress.candidate) {
    part("candidate").hidden = false;
    part("candidate").querySelector("a").href = progress.candidate;
  }
  document.querySelector("[data-stop]").hidden = progress.over;
  document.querySelector("[data-go-on]").hidden = !progress.resumable;
  describe(progress.machine);
  list(progress.history);
  update(progress.history);
}

async function ask() {
  let again = ASK_MS;
  try {
    const answer = await fetch(root.dataset.progress);
    const progress = await answer.json();
    show(progress);
    if (progress.over) {
      return;
    }
  } catch {
    part("sentence").textContent = gettext("The house does not answer. Asking again.");
    again = SLOWER_MS;
  }
  setTimeout(ask, again);
}

draw(JSON.parse(document.getElementById("history").textContent));
part("log").scrollTop = part("log").scrollHeight;
if (root.dataset.over === "no") {
  setTimeout(ask, ASK_MS);
}

window.addEventListener("resize", () => {
  for (const { element, plot } of charts) {
    plot.setSize({ width: element.clientWidth, height: CHART_HEIGHT });
  }
});
