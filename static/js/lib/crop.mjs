/*
 * The frame on a picture, moved and sized by pointer and keyboard.
 *
 *   <form data-frame-form> with inputs [data-frame="x|y|width|height"] (fractions of the picture)
 *   and a <div data-frame-picture> that holds the <img>
 *
 * frame(form) draws the frame over the picture. The inputs are the state: what is dragged is written into them, what is
 * typed is drawn. Arrow keys move it, with Shift they size it. The form is sent as any other. It gives
 * { box(), isTurned(), onChange(listener) }; the listener is called after every change.
 */

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 0.1; // of the picture, as the server has it
const KEY_STEP = 0.01;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const CORNERS = [[0, 0, "nwse-resize"], [1, 0, "nesw-resize"], [0, 1, "nesw-resize"], [1, 1, "nwse-resize"]];

export function frame(form) {
  const picture = form.querySelector("[data-frame-picture]");
  const inputs = Object.fromEntries([...form.querySelectorAll("[data-frame]")].map((input) => [input.dataset.frame, input]));
  const outside = make("path", { class: "crop__outside", "fill-rule": "evenodd" });
  const inner = make("rect", { class: "crop__frame", tabindex: 0, role: "group" });
  const svg = make("svg", { class: "crop", viewBox: "0 0 1 1", preserveAspectRatio: "none" });
  svg.append(outside, inner);
  picture.append(svg);

  const box = () => Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, Number(input.value)]));

  const turned = form.elements.upside_down;
  const listeners = [];

  const draw = () => {
    const { x, y, width, height } = box();
    outside.setAttribute("d", `M0 0H1V1H0ZM${x} ${y}h${width}v${height}h${-width}Z`);
    for (const [name, value] of Object.entries({ x, y, width, height })) inner.setAttribute(name, value);
    const percent = (value) => `${Math.round(value * 100)} %`;
    const words = gettext("Frame: %(x)s from the left, %(y)s from the top, %(width)s wide, %(height)s high. Arrow keys move it, with Shift they change its size.");
    const told = { x: percent(x), y: percent(y), width: percent(width), height: percent(height) };
    inner.setAttribute("aria-label", interpolate(words, told, true));
    corners.forEach((corner, index) => {
      const [right, bottom] = CORNERS[index];
      Object.assign(corner.style, {
        [right ? "right" : "left"]: `${(right ? 1 - x - width : x) * 100}%`,
        [bottom ? "bottom" : "top"]: `${(bottom ? 1 - y - height : y) * 100}%`,
        // Two of them share a side of a small frame.
        maxWidth: `${width * 50}%`,
        maxHeight: `${height * 50}%`,
      });
    });
    listeners.forEach((listener) => listener());
  };

  const set = (next) => {
    const width = clamp(next.width, SMALLEST, 1);
    const height = clamp(next.height, SMALLEST, 1);
    const values = { width, height, x: clamp(next.x, 0, 1 - width), y: clamp(next.y, 0, 1 - height) };
    for (const [name, value] of Object.entries(values)) inputs[name].value = value.toFixed(3);
    draw();
  };

  const drag = (element, change) => {
    element.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      element.setPointerCapture(event.pointerId);
      const [from, area] = [box(), picture.getBoundingClientRect()];
      const move = (moved) => set(change(
        from, (moved.clientX - event.clientX) / area.width, (moved.clientY - event.clientY) / area.height));
      element.addEventListener("pointermove", move);
      element.addEventListener("lostpointercapture", () => element.removeEventListener("pointermove", move), { once: true });
    });
  };

  const corners = CORNERS.map(([right, bottom, cursor]) => {
    const corner = document.createElement("span");
    corner.className = `crop__corner crop__corner--${bottom ? "bottom" : "top"} crop__corner--${right ? "right" : "left"}`;
    corner.style.cursor = cursor;
    drag(corner, (from, dx, dy) => resized(from, right ? 0 : dx, bottom ? 0 : dy, right ? dx : -dx, bottom ? dy : -dy));
    return picture.appendChild(corner);
  });

  drag(inner, (from, dx, dy) => ({ ...from, x: from.x + dx, y: from.y + dy }));
  inner.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way) return;
    event.preventDefault();
    const [dx, dy] = way.map((sign) => sign * KEY_STEP);
    const from = box();
    set(event.shiftKey ? { ...from, width: from.width + dx, height: from.height + dy } : { ...from, x: from.x + dx, y: from.y + dy });
  });
  for (const input of [...Object.values(inputs), turned]) input.addEventListener("input", draw);
  draw();
  return { box, isTurned: () => turned.checked, onChange: (listener) => listeners.push(listener) };
}

/* The opposite corner stays where it is. */
function resized(from, dx, dy, dWidth, dHeight) {
  const width = Math.max(from.width + dWidth, SMALLEST);
  const height = Math.max(from.height + dHeight, SMALLEST);
  return {
    width, height,
    x: dx ? from.x + from.width - width : from.x,
    y: dy ? from.y + from.height - height : from.y,
  };
}

const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

function make(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
