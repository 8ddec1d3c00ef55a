/* Giving no level, with a reason: asked in a window of its own, and sent only once the sign-in is known to hold. */

import { Away } from "./house.mjs";

export function bindAbstain(root, house) {
  const open = root.querySelector("[data-abstain-open]");
  const dialog = root.querySelector("[data-abstain]");
  if (!open || !dialog) {
    return;
  }
  const form = dialog.querySelector("form");
  const said = dialog.querySelector("[data-abstain-said]");
  open.addEventListener("click", (event) => {
    event.preventDefault(); // without scripts it leads to a page of its own
    dialog.showModal();
  });
  dialog.querySelector("[data-abstain-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = gettext("Sending…");
    try {
      const { token } = await house.look();
      form.elements.csrfmiddlewaretoken.value = token;
      form.submit();
    } catch (trouble) {
      said.textContent =
        trouble instanceof Away
          ? gettext("The house does not answer. What you wrote stands here; try again.")
          : gettext("You are signed out. Sign in in another tab; what you wrote stands here.");
    }
  });
}
