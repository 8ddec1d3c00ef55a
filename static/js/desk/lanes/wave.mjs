/*
 * How loud it is, by wavesurfer.js with the server's peaks. The page's own <video> is its media, so nothing is fetched
 * or decoded here; it scrolls with the view and never by itself.
 */

import WaveSurfer from "../../../npm/wavesurfer/wavesurfer.esm.js";

import { onTheme } from "../../lib/axis/drawing.mjs";

export async function drawWave(lane, video, view) {
  const answer = await fetch(lane.dataset.src);
  if (!answer.ok) {
    return;
  }
  const heights = Float32Array.from(new Uint8Array(await answer.arrayBuffer()), (height) => height / 255);
  const surfer = WaveSurfer.create({
    container: lane,
    media: video,
    peaks: [heights],
    duration: view.length,
    height: lane.clientHeight,
    cspNonce: lane.dataset.nonce,
    cursorWidth: 0,
    normalize: true,
    interact: false,
    autoScroll: false,
    hideScrollbar: true,
    ...colours(lane),
  });
  surfer.once("redrawcomplete", () => {
    let span = view.length;
    view.onChange((seen) => {
      if (seen.span !== span) {
        span = seen.span;
        surfer.zoom(seen.isWhole ? 0 : lane.clientWidth / seen.span);
      }
      surfer.setScroll((seen.start / seen.span) * lane.clientWidth);
    });
    onTheme(() => surfer.setOptions(colours(lane)));
  });
}

function colours(lane) {
  const style = getComputedStyle(lane);
  return {
    waveColor: style.getPropertyValue("--wave").trim(),
    progressColor: style.getPropertyValue("--wave-played").trim(),
  };
}
