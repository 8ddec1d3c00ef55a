/* The desk: picture, time, rubric and evidence over one clock. Everything works by keyboard. */

import { Axis } from "./desk/axis.mjs";
import { bindEvidence } from "./desk/evidence.mjs";
import { bindFrame } from "./desk/frame.mjs";
import { KeyList } from "./desk/keylist.mjs";
import { Keys } from "./desk/keys.mjs";
import { Loop } from "./desk/loop.mjs";
import { Picture } from "./desk/picture.mjs";
import { Player } from "./desk/player.mjs";
import { bindRating } from "./desk/rating.mjs";
import { sayer } from "./desk/said.mjs";
import { Settings } from "./desk/settings.mjs";
import { bindTime } from "./desk/time.mjs";
import { bindTable } from "./lib/axis/table.mjs";

const data = JSON.parse(document.getElementById("desk-data").textContent);
const root = document.querySelector("[data-desk]");
const help = document.querySelector("[data-help]");

const say = sayer(root.querySelector("[data-said]"));
const settings = new Settings(help.dataset.settings);
const player = new Player(root, data, say);
const axis = new Axis(root.querySelector("[data-time-axis]"), player, data, say);
const keys = new Keys(data.keys, data.settings.keys);
const desk = { root, data, player, axis, keys, say };

bindTime(desk, { loop: new Loop(player, say), picture: new Picture(root, data, say), settings });
bindRating(desk);
bindEvidence(desk);
bindTable(desk);
bindFrame(root, player);

const list = new KeyList(help, keys, (chosen) => settings.keep({ keys: chosen }));
keys.add({ act: "help", key: "?", label: gettext("show the keys"), group: gettext("Marking"), run: () => list.show() });
const opener = document.querySelector("[data-help-open]");
opener.addEventListener("click", () => list.show());
document.documentElement.dataset.desk = "ready";
