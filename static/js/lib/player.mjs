/*
 * The page's <video data-player> is its only clock.
 *
 *   [data-seek="12.5"]                  a press goes there and plays on
 *   [data-seek="12.5"][data-until="15"] and stops there
 *
 * connect() gives { video, seek(seconds), play(from, until), onTime(callback) }; callbacks get seconds, once per frame
 * while it plays and once after each seek. Space plays and stops where no control has the focus.
 */

export function connect(root = document) {
  const video = root.querySelector("video[data-player]");
  const listeners = new Set();
  let until = Infinity;

  const tell = () => {
    if (video.currentTime >= until) {
      until = Infinity;
      video.pause();
    }
    for (const listener of listeners) listener(video.currentTime);
  };

  const follow = () => {
    tell();
    if (!video.paused) requestAnimationFrame(follow);
  };

  const seek = (seconds) => {
    until = Infinity;
    const end = Number.isFinite(video.duration) ? video.duration : Infinity;
    video.currentTime = Math.min(Math.max(seconds, 0), end);
  };

  const play = (from, stopAt = Infinity) => {
    seek(from);
    until = stopAt;
    video.play().catch(() => tell()); // a browser may refuse to start sound; the picture still stands at the moment
  };

  video.addEventListener("play", follow);
  video.addEventListener("seeked", tell);
  video.addEventListener("timeupdate", tell);

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-seek]");
    if (button) play(Number(button.dataset.seek), Number(button.dataset.until ?? Infinity));
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("button, a, input, textarea, select, summary, video")) return;
    event.preventDefault();
    if (video.paused) video.play();
    else video.pause();
  });

  return { video, seek, play, onTime: (listener) => listeners.add(listener) };
}
