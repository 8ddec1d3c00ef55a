/* Keys and buttons of everything that has to do with time. */

import { written } from "../lib/time.mjs";

const PLAYING = gettext("Playing");
const MOMENTS = gettext("Moments");
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
    say(trouble || (axis.isFollowing ? gettext("The axis follows the playing") : gettext("The axis stays where it is")));
  };
  for (const [act, key, label, group, run] of [
    ["play", " ", gettext("play or pause"), PLAYING, () => player.toggle()],
    ["back", "ArrowLeft", gettext("two seconds back"), PLAYING, jump(() => player.by(-2))],
    ["forward", "ArrowRight", gettext("two seconds on"), PLAYING, jump(() => player.by(2))],
    ["frame-back", ",", gettext("one frame back"), PLAYING, jump(() => player.frames(-1))],
    ["frame-forward", ".", gettext("one frame on"), PLAYING, jump(() => player.frames(1))],
    ["slower", "-", gettext("slower"), PLAYING, () => player.faster(-1)],
    ["faster", "+", gettext("faster"), PLAYING, () => player.faster(1)],
    ["loop-start", "i", gettext("begin the loop here"), PLAYING, () => loop.begin()],
    ["loop-end", "o", gettext("end the loop here and repeat it"), PLAYING, () => loop.close()],
    ["loop-off", "l", gettext("stop repeating"), PLAYING, () => loop.clear()],
    ["previous-remark", "p", gettext("to the remark before"), MOMENTS, () => axis.toRemark(-1)],
    ["next-remark", "n", gettext("to the next remark"), MOMENTS, () => axis.toRemark(1)],
    ["previous-highlight", "g", gettext("to the highlight before"), MOMENTS, () => axis.toHighlight(-1)],
    ["next-highlight", "h", gettext("to the next highlight"), MOMENTS, () => axis.toHighlight(1)],
    ["zoom-in", "z", gettext("zoom in on the axis"), MOMENTS, () => axis.zoom(ZOOM)],
    ["zoom-out", "x", gettext("zoom out"), MOMENTS, () => axis.zoom(1 / ZOOM)],
    ["fit", "w", gettext("the whole recording on the axis"), MOMENTS, () => axis.zoom(0)],
    ["follow", "f", gettext("let the axis follow the playing, or not"), MOMENTS, follow],
    ["crop", "k", gettext("draw the frame on the picture, or not"), MOMENTS, () => picture.toggle()],
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
