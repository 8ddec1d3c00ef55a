/* Seconds counted down over the preview, in figures and for ears. */

/** Resolves to true at zero, to false where it was called off by `signal`. */
export function countDown(page, seconds, signal) {
  return new Promise((resolve) => {
    let left = seconds;
    const show = () => {
      page.part("count").textContent = left;
      page.say(String(left));
    };
    const clock = setInterval(() => {
      left -= 1;
      if (left > 0) {
        show();
      } else {
        clearInterval(clock);
        resolve(true);
      }
    }, 1000);
    signal.addEventListener("abort", () => {
      clearInterval(clock);
      resolve(false);
    });
    show();
  });
}
