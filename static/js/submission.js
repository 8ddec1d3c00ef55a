/* One recording: the player, its time axis, and the frame on its picture. */

import { frame } from "./lib/crop.mjs";
import { draw } from "./lib/levels.mjs";
import { connect } from "./lib/player.mjs";
import { remarksInPlace } from "./lib/remarks.mjs";

const player = connect();
for (const axis of document.querySelectorAll("[data-levels]")) draw(axis, player);
for (const form of document.querySelectorAll("[data-frame-form]")) frame(form);
remarksInPlace(document, player);
