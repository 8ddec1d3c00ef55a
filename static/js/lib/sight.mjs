/*
 * The model's own view, live: the playing picture through the frame, at the size in which it reaches the model.
 *
 *   inside a <form data-frame-form>: <img data-frame-image>, the poster of the recording; <canvas data-frame-now> over
 *   it, for the picture that plays; <figure data-sees><canvas width="112" height="112">, what the model gets
 *
 * As ml does it (media/decode.py: Lens, data/clips.py: normalise_frames, preparation.py): cut out whole dots, make the
 * cut 171 × 128, turn it round where the camera stood opposite the player, keep the middle 112 × 112.
 */

const WIDE = 171;
const HIGH = 128;
const SIDE = 112;
const LEFT = Math.floor((WIDE - SIDE) / 2);
const TOP = Math.floor((HIGH - SIDE) / 2);
// What takes a dot of the cut to one of the canvas.
const UPRIGHT = [1, 0, 0, 1, -LEFT, -TOP];
const TURNED = [-1, 0, 0, -1, WIDE - LEFT, HIGH - TOP];
const NOW_WIDE = 720; // pixels: as sharp as the frame's picture is shown

export function sight(form, framed, player) {
  const { video } = player;
  const figure = form.querySelector("[data-sees]");
  const image = form.querySelector("[data-frame-image]");
  const playing = form.querySelector("[data-frame-now]");
  const pen = figure.querySelector("canvas").getContext("2d", { alpha: false });
  pen.imageSmoothingQuality = "high";
  let isMoved = false; // before anybody has played or gone anywhere, the poster says more than the first picture
  let isInView = false;

  const draw = () => {
    const source = isMoved && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? video : image;
    const [wide, high] = source === video ? [video.videoWidth, video.videoHeight] : [image.naturalWidth, image.naturalHeight];
    if (!wide) return;
    if (source === video) copy(video, playing, wide, high);
    see(pen, source, cut(framed.box(), wide, high), framed.isTurned());
  };

  figure.hidden = false;
  framed.onChange(draw);
  image.addEventListener("load", draw);
  for (const event of ["play", "seeking"]) video.addEventListener(event, () => (isMoved = true));
  player.onTime(() => isInView && draw());
  new IntersectionObserver(([seen]) => {
    isInView = seen.isIntersecting;
    if (isInView) draw();
  }).observe(form);
  draw();
}

/** In whole dots of the picture. */
function cut({ x, y, width, height }, wide, high) {
  const [left, top] = [Math.round(x * wide), Math.round(y * high)];
  return [
    left,
    top,
    Math.min(Math.max(1, Math.round(width * wide)), wide - left),
    Math.min(Math.max(1, Math.round(height * high)), high - top),
  ];
}

function see(pen, source, part, isTurned) {
  pen.setTransform(...(isTurned ? TURNED : UPRIGHT));
  pen.drawImage(source, ...part, 0, 0, WIDE, HIGH);
}

function copy(video, canvas, wide, high) {
  const scale = Math.min(1, NOW_WIDE / wide);
  const [width, height] = [Math.round(wide * scale), Math.round(high * scale)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.hidden = false;
  canvas.getContext("2d").drawImage(video, 0, 0, width, height);
}
