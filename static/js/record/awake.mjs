/* While somebody plays: the screen stays on, and the page is not left by mistake. */

let lock = null;
let isBusy = false;

async function stayOn() {
  lock = await navigator.wakeLock?.request("screen").catch(() => null);
  if (!isBusy) lock?.release();
}

function warn(event) {
  event.preventDefault();
}

/** `what` happens now, or nothing that leaving would end. */
export function busy(isSo) {
  if (isSo === isBusy) return;
  isBusy = isSo;
  if (isSo) {
    window.addEventListener("beforeunload", warn);
    stayOn();
  } else {
    window.removeEventListener("beforeunload", warn);
    lock?.release();
    lock = null;
  }
}

// The system takes it away with the page out of sight.
document.addEventListener("visibilitychange", () => isBusy && document.visibilityState === "visible" && stayOn());
