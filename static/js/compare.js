/* Two recordings side by side, in step: the first leads, the second follows the map between both. */

import { PairAxis } from "./compare/axis.mjs";
import { Follower } from "./compare/follower.mjs";
import { Warp } from "./compare/warp.mjs";
import { Keys, written } from "./desk/keys.mjs";
import { Loop } from "./desk/loop.mjs";
import { Player } from "./desk/player.mjs";
import { sayer } from "./desk/said.mjs";

const FRAME = 1 / 30; // seconds

const data = JSON.parse(document.getElementById("pair-data").textContent);
const root = document.querySelector("[data-duet]");
const help = document.querySelector("[data-help]");
const part = (name) => root.querySelector(`[data-${name}]`);

const say = sayer(part("said"));
const warps = { step: new Warp(data.pairs), alone: new Warp() };
const player = new Player(root, { frame: FRAME, duration: data.lengths[0] }, say);
const follower = new Follower(player, part("video-there"), data.lengths[1], data.inStep ? warps.step : warps.alone);
const axis = new PairAxis(part("axis"), player, follower, data);
const loop = new Loop(player, say);
const keys = new Keys(data.keys, data.chosen);
const listens = [...root.querySelectorAll("[data-listen]")];
const step = part("step");

/* One is heard at a time. */
function hear(which) {
  player.video.muted = which === "there";
  part("video-there").muted = which === "here";
  for (const button of listens) {
    button.setAttribute("aria-pressed", String(button.dataset.listen === which));
  }
}

function hearOther() {
  const which = player.video.muted ? "here" : "there";
  hear(which);
  say(interpolate(gettext("You hear %(name)s"), { name: root.querySelector(`[data-listen="${which}"]`).dataset.name }, true));
}

function toggleStep() {
  if (!data.pairs.length) {
    say(gettext("They are not put in step yet"));
    return;
  }
  const isInStep = follower.warp === warps.alone;
  follower.lead(isInStep ? warps.step : warps.alone);
  step.setAttribute("aria-pressed", String(isInStep));
  axis.draw();
  say(isInStep ? gettext("In step") : gettext("Each by itself, from its own beginning"));
}

function jump(seconds) {
  player.by(seconds);
  say(`${Math.floor(player.now / 60)}:${String(Math.floor(player.now % 60)).padStart(2, "0")}`);
}

function showKeys() {
  const groups = Map.groupBy(keys.all, ({ group }) => group);
  help.querySelector("[data-keys]").replaceChildren(
    ...[...groups].map(([name, acts]) => {
      const section = help.querySelector("[data-key-group]").content.firstElementChild.cloneNode(true);
      section.querySelector("[data-name]").textContent = name;
      section.querySelector("[data-rows]").append(
        ...acts.map(({ label, key }) => {
          const row = help.querySelector("[data-key-row]").content.firstElementChild.cloneNode(true);
          row.querySelector("[data-label]").textContent = label;
          row.querySelector("kbd").textContent = written(key);
          return row;
        }),
      );
      return section;
    }),
  );
  help.showModal();
}

const acts = {
  play: () => player.toggle(),
  back: () => jump(-2),
  forward: () => jump(2),
  slower: () => player.faster(-1),
  faster: () => player.faster(1),
  "loop-start": () => loop.begin(),
  "loop-end": () => loop.close(),
  "loop-off": () => loop.clear(),
  listen: hearOther,
  step: toggleStep,
  help: showKeys,
};
for (const listed of data.keys) {
  keys.add({ ...listed, run: acts[listed.act] });
}

for (const [name, run] of [
  ["loop-begin", acts["loop-start"]],
  ["loop-close", acts["loop-end"]],
  ["loop-off", acts["loop-off"]],
  ["step", toggleStep],
]) {
  part(name).addEventListener("click", run);
}
for (const button of root.querySelectorAll("[data-seek]")) {
  button.addEventListener("click", () => player.by(Number(button.dataset.seek)));
}
for (const button of document.querySelectorAll("[data-go]")) {
  button.addEventListener("click", () => player.seek(Number(button.dataset.go)));
}
for (const button of listens) {
  button.addEventListener("click", () => hear(button.dataset.listen));
}
loop.onChange(({ start, end }) => {
  axis.loop({ start, end });
  part("loop-begin").setAttribute("aria-pressed", String(start !== null));
  part("loop-close").setAttribute("aria-pressed", String(end !== null));
  part("loop-off").disabled = start === null && end === null;
});
part("axis").addEventListener("stretch", ({ detail: { start, end } }) => {
  player.seek(start);
  loop.begin();
  player.seek(end);
  loop.close();
  player.seek(start);
});

document.querySelector("[data-help-open]")?.addEventListener("click", showKeys);
hear("here");
document.documentElement.dataset.duet = "ready";
