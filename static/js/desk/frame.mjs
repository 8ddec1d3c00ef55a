/* Where the model looks: the frame is moved in a window over the desk, and what was begun there stays. */

import { frame } from "../lib/crop.mjs";
import { sight } from "../lib/sight.mjs";

export function bindFrame(root, player) {
  const open = root.querySelector("[data-frame-open]");
  if (!open) {
    return;
  }
  const dialog = root.querySelector("[data-frame-dialog]");
  const form = dialog.querySelector("[data-frame-form]");
  const said = dialog.querySelector("[data-frame-said]");
  open.addEventListener("click", () => {
    said.textContent = "";
    dialog.showModal();
  });
  sight(form, frame(form), player);
  form.querySelector("[data-play]").addEventListener("click", () => player.toggle());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = gettext("Sending…");
    try {
      // The answer is a page of its own; that it was sent there is all that matters here.
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
      const sent = answer.type === "opaqueredirect";
      said.textContent = sent
        ? gettext("The frame is moved and the model looks again. Reload the page in a while to see its new grade; your draft is kept.")
        : gettext("The frame could not be moved. Reload the page and try again.");
    } catch {
      said.textContent = gettext("The house does not answer. Try again.");
    }
  });
}
