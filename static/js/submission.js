/* One recording: the player, its time axis, what is said of it, and where the model looks. */

import { Along } from "./lib/along.mjs";
import { frame } from "./lib/crop.mjs";
import { connect } from "./lib/player.mjs";
import { remarksInPlace } from "./lib/remarks.mjs";
import { sight } from "./lib/sight.mjs";

const player = connect();
for (const root of document.querySelectorAll("[data-along]")) new Along(root, player);
for (const form of document.querySelectorAll("[data-frame-form]")) sight(form, frame(form), player);
remarksInPlace(document, player);
