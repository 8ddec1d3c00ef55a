/* Where the model looks, drawn over the playing picture on demand. */

import { svg } from "../lib/axis/drawing.mjs";

const EDGE = 0.012; // of the picture's height: the player's side of the keyboard

export class Picture {
  #drawing;
  #button;
  #say;

  /** `crop` as a performance keeps it, `size` of the picture in pixels, or null for what the video says. */
  constructor(root, { crop, size }, say) {
    this.#button = root.querySelector("[data-crop-toggle]");
    this.#say = say;
    if (!crop || !this.#button) {
      return;
    }
    const video = root.querySelector("[data-video]");
    this.#drawing = outline(crop);
    root.querySelector("[data-screen]").append(this.#drawing);
    // The same 'contain' by which the video fits its picture into the box.
    const fit = ([width, height]) => this.#fit(crop, width, height);
    fit(size ?? [16, 9]);
    video.addEventListener("loadedmetadata", () => fit([video.videoWidth, video.videoHeight]));
    this.#button.addEventListener("click", () => this.toggle());
  }

  toggle() {
    if (!this.#drawing) {
      return;
    }
    const isShown = this.#drawing.classList.toggle("is-shown");
    this.#button.setAttribute("aria-pressed", String(isShown));
    this.#say(isShown ? gettext("The picture shows where the model looks") : gettext("The whole picture"));
  }

  #fit({ x, y, width, height, upside_down: isTurned }, wide, high) {
    this.#drawing.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    const [left, top, right, bottom] = [x * wide, y * high, (x + width) * wide, (y + height) * high];
    const [outside, frame, side] = this.#drawing.children;
    outside.setAttribute("d", `M0 0H${wide}V${high}H0ZM${left} ${top}V${bottom}H${right}V${top}Z`);
    frame.setAttribute("d", `M${left} ${top}H${right}V${bottom}H${left}Z`);
    // The hands come from below; where the camera looks from the far side they come from above.
    const thick = EDGE * high;
    side.setAttribute("d", `M${left} ${isTurned ? top + thick / 2 : bottom - thick / 2}H${right}`);
    side.setAttribute("stroke-width", thick);
  }
}

function outline({ upside_down: isTurned }) {
  const words = isTurned
    ? gettext("The frame that the model looks at, which it turns the right way up")
    : gettext("The frame that the model looks at");
  const drawing = svg("svg", { class: "looks", preserveAspectRatio: "xMidYMid meet", role: "img", "aria-label": words });
  drawing.append(
    svg("path", { class: "looks__outside", "fill-rule": "evenodd" }),
    svg("path", { class: "looks__frame" }),
    svg("path", { class: "looks__side" }),
  );
  return drawing;
}
