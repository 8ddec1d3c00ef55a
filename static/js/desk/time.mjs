/* Keys and buttons of everything that has to do with time. */

import { written } from "../lib/time.mjs";

const PLAYING = "Playing";
const MOMENTS = "Moments";
const ZOOM = 1.6;

export function bindTime({ root, player, axis, keys, say }, { loop, picture, settings }) {
  const jump = (act) => () => {
    act();
    if (!player.isPlaying) {
      say(written(player.now));
    }
  };
  const follow = async () => {
    axis.follow(!axis.isFollowing);
    const trouble = await settings.keep({ follow: axis.isFollowing });
    say(trouble || (axis.isFollowing ? "The axis follows the playing" : "The axis stays where it is"));
  };
  for (const [act, key, label, group, run] of [
    ["play", " ", "play or pause", PLAYING, () => player.toggle()],
    ["back", "ArrowLeft", "two seconds back", PLAYING, jump(() => player.by(-2))],
    ["forward", "ArrowRight", "two seconds on", PLAYING, jump(() => player.by(2))],
    ["frame-back", ",", "one frame back", PLAYING, jump(() => player.frames(-1))],
    ["frame-forward", ".", "one frame on", PLAYING, jump(() => player.frames(1))],
    ["slower", "-", "slower", PLAYING, () => player.faster(-1)],
    ["faster", "+", "faster", PLAYING, () => player.faster(1)],
    ["loop-start", "i", "begin the loop here", PLAYING, () => loop.begin()],
    ["loop-end", "o", "end the loop here and repeat it", PLAYING, () => loop.close()],
    ["loop-off", "l", "stop repeating", PLAYING, () => loop.clear()],
    ["previous-remark", "p", "to the remark before", MOMENTS, () => axis.toRemark(-1)],
    ["next-remark", "n", "to the next remark", MOMENTS, () => axis.toRemark(1)],
    ["previous-highlight", "g", "to the highlight before", MOMENTS, () => axis.toHighlight(-1)],
    ["next-highlight", "h", "to the next highlight", MOMENTS, () => axis.toHighlight(1)],
    ["zoom-in", "z", "zoom in on the axis", MOMENTS, () => axis.zoom(ZOOM)],
    ["zoom-out", "x", "zoom out", MOMENTS, () => axis.zoom(1 / ZOOM)],
    ["fit", "w", "the whole recording on the axis", MOMENTS, () => axis.zoom(0)],
    ["follow", "f", "let the axis follow the playing, or not", MOMENTS, follow],
    ["crop", "k", "draw the frame on the picture, or not", MOMENTS, () => picture.toggle()],
  ]) {
    keys.add({ act, key, label, group, run });
  }
  const press = (name, run) => root.querySelector(`[data-${name}]`).addEventListener("click", run);
  press("loop-begin", () => loop.begin());
  press("loop-close", () => loop.close());
  press("loop-off", () => loop.clear());
  press("follow", follow);
  press("fit", () => axis.zoom(0));
  press("zoom-in", () => axis.zoom(ZOOM));
  press("zoom-out", () => axis.zoom(1 / ZOOM));
  loop.onChange(({ start, end }) => {
    axis.loop({ start, end });
    for (const [name, moment] of [["begin", start], ["close", end]]) {
      root.querySelector(`[data-loop-${name}]`).setAttribute("aria-pressed", String(moment !== null));
    }
    root.querySelector("[data-loop-off]").disabled = start === null && end === null;
  });
}
