/* Draws what lab/charts.py tells: lines with bands, points and bars, in the colours of the theme. */

import uPlot from "../../npm/uplot/uPlot.esm.js";

const HEIGHT = 240;
const DAY = 24 * 3600;
const HUES = ["--fused", "--aural", "--visual", "--accent", "--good", "--ink-quiet"];
const BAND_OPACITY = "28"; // the last two digits of #rrggbbaa

function hue(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/* As the page around it, which may need other letters than ours. */
function family() {
  return getComputedStyle(document.body).fontFamily;
}

/* A band is two more columns, the upper and the lower, that are not drawn themselves. */
function columnsOf(told) {
  const data = [told.x];
  const series = [{}];
  const bands = [];
  told.series.forEach((each, index) => {
    const colour = hue(HUES[index % HUES.length]);
    data.push(each.values);
    series.push(styleOf(each, colour));
    if (each.low && each.high) {
      data.push(each.high, each.low);
      const unseen = { stroke: "transparent", width: 0, points: { show: false } };
      series.push(unseen, { ...unseen });
      if (each.kind !== "points") {
        bands.push({ series: [series.length - 2, series.length - 1], fill: colour + BAND_OPACITY });
      }
    }
  });
  return { data, series, bands };
}

function styleOf(each, colour) {
  const known = each.values.filter((value) => value !== null).length;
  const style = { stroke: colour, width: 2, spanGaps: false, points: { show: known < 40, size: 5, fill: colour } };
  if (each.kind === "points") {
    return { ...style, paths: () => null, points: { show: true, size: 6, fill: colour } };
  }
  if (each.kind === "bars") {
    return { ...style, fill: colour + "66", paths: uPlot.paths.bars({ size: [0.6, 60] }), points: { show: false } };
  }
  return each.kind === "dashed" ? { ...style, width: 1.5, dash: [6, 5], points: { show: false } } : style;
}

/* Thin upright lines where something happened, each with its word. */
function drawMarks(plot, marks) {
  const { ctx, bbox } = plot;
  ctx.save();
  Object.assign(ctx, {
    strokeStyle: hue("--line-strong"),
    fillStyle: hue("--ink-quiet"),
    font: `${12 * devicePixelRatio}px ${family()}`,
    textAlign: "left",
    lineWidth: devicePixelRatio,
  });
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const mark of marks) {
    const x = plot.valToPos(mark.x, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) {
      continue;
    }
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const width = ctx.measureText(mark.label).width;
    const fits = x + 4 + width < bbox.left + bbox.width;
    ctx.fillText(mark.label, fits ? x + 4 * devicePixelRatio : x - 4 * devicePixelRatio - width, bbox.top + 12 * devicePixelRatio);
  }
  ctx.restore();
}

function reach(told) {
  return (plot, low, high) => {
    const [from, to] = uPlot.rangeNum(low ?? 0, high ?? 1, 0.1, true);
    return [told.low === null ? from : Math.min(told.low, low ?? told.low), told.high === null ? to : Math.max(told.high, high ?? told.high)];
  };
}

/* The first and the last measurement stand inside the picture, whole bars and single points too. */
function breadth(told) {
  const [first, last] = [told.x.at(0), told.x.at(-1)];
  const alone = told.time ? 3 * DAY : 0.5;
  const bars = told.series.some((each) => each.kind === "bars");
  const step = told.x.length > 1 ? (last - first) / (told.x.length - 1) : 2 * alone;
  const spare = bars || told.x.length === 1 ? step / 2 : step / 10;
  return () => [first - spare, last + spare];
}

const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];

/* What a single point is unsure of is an upright line, not a band. */
function drawWhiskers(plot, told) {
  const { ctx } = plot;
  ctx.save();
  ctx.setLineDash([]);
  ctx.lineWidth = 1.5 * devicePixelRatio;
  told.series.forEach((each, index) => {
    if (each.kind !== "points" || !each.low || !each.high) {
      return;
    }
    ctx.strokeStyle = hue(HUES[index % HUES.length]);
    told.x.forEach((x, row) => {
      if (each.low[row] === null || each.high[row] === null) {
        return;
      }
      ctx.beginPath();
      ctx.moveTo(plot.valToPos(x, "x", true), plot.valToPos(each.low[row], "y", true));
      ctx.lineTo(plot.valToPos(x, "x", true), plot.valToPos(each.high[row], "y", true));
      ctx.stroke();
    });
  });
  ctx.restore();
}

export function drawChart(element, told) {
  const { data, series, bands } = columnsOf(told);
  const grid = { stroke: hue("--line"), width: 1 };
  const axis = { stroke: hue("--ink-quiet"), font: `12px ${family()}`, grid, ticks: { show: false } };
  const days = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short" });
  const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });
  const dates = { values: (plot, stamps) => stamps.map((stamp) => days.format(stamp * 1000)), space: 80 };
  if (told.x.at(-1) - told.x.at(0) < 30 * DAY) {
    dates.incrs = [DAY, 2 * DAY, 7 * DAY];
  }
  const whole = told.x.every(Number.isInteger) ? { incrs: WHOLE_STEPS } : {};
  const counts = { values: (plot, ticks) => ticks.map((tick) => numbers.format(tick)) };
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: told.time, range: breadth(told) }, y: { range: reach(told) } },
      axes: [
        { ...axis, ...(told.time ? dates : { ...counts, ...whole, label: told.xLabel || undefined, labelFont: axis.font, labelSize: 20 }) },
        { ...axis, ...counts },
      ],
      series,
      bands,
      hooks: { draw: [(plot) => drawWhiskers(plot, told), (plot) => drawMarks(plot, told.marks)] },
    },
    data,
    element,
  );
}

/* Every chart of the page, drawn again when the theme changes and made to fit when the window does. */
export function drawCharts(root = document) {
  const drawn = new Map();
  const draw = () => {
    for (const element of root.querySelectorAll("[data-lab-chart]")) {
      drawn.get(element)?.destroy();
      drawn.set(element, drawChart(element, JSON.parse(document.getElementById(element.dataset.labChart).textContent)));
    }
  };
  draw();
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  document.fonts.addEventListener("loadingdone", () => drawn.forEach((plot) => plot.redraw(false)));
  window.addEventListener("resize", () => {
    for (const [element, plot] of drawn) {
      plot.setSize({ width: element.clientWidth, height: HEIGHT });
    }
  });
}
