/* Once on a page: tells the server that a student listens to themselves, for the weeks on their page of progress. */

const root = document.querySelector("[data-heard]");

/* `play` does not bubble, so it is caught on its way down. */
function tell({ target }) {
  root.removeEventListener("play", tell, { capture: true });
  const address = target.closest("[data-heard]").dataset.heard;
  const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf"]').content };
  fetch(address, { method: "POST", headers, keepalive: true }).catch(() => {});
}

root?.addEventListener("play", tell, { capture: true });
