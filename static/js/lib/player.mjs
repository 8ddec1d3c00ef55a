/*
 * The page's <video data-player> is its only clock.
 *
 *   [data-seek="12.5"]                  a press goes there and plays on
 *   [data-seek="12.5"][data-until="15"] and stops there
 *   [data-play]                         plays and stops
 *
 * connect() gives a player:
 *   video                 the element
 *   now()                 where it stands, in seconds, whatever somebody is peeking at
 *   seek(seconds)         go there
 *   play(from, until)     go there and play on, to another moment if it is given
 *   peek(seconds), back() while it stands still, show another moment's picture for a while
 *   onTime(callback)      gets the seconds that are shown: once per frame while it plays, once after each seek
 *
 * Space plays and stops where no control has the focus.
 */

export function connect(root = document) {
  const video = root.querySelector("video[data-player]");
  const listeners = new Set();
  let until = Infinity;
  let home = null; // where it stood before somebody peeked elsewhere
  let wanted = null; // what is to be shown next: one at a time, for each waits for bytes

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

  const show = () => {
    if (wanted === null || video.seeking) return;
    video.currentTime = wanted;
    wanted = null;
  };

  const peek = (seconds) => {
    if (!video.paused) return;
    home ??= video.currentTime;
    wanted = seconds;
    show();
  };

  const back = () => {
    if (home === null) return;
    wanted = home;
    home = null;
    show();
  };

  const stay = () => {
    home = wanted = null;
  };

  const seek = (seconds) => {
    stay();
    until = Infinity;
    const end = Number.isFinite(video.duration) ? video.duration : Infinity;
    video.currentTime = Math.min(Math.max(seconds, 0), end);
  };

  const start = () => video.play().catch(() => tell()); // a browser may refuse to start sound; the picture still stands

  const play = (from, stopAt = Infinity) => {
    seek(from);
    until = stopAt;
    start();
  };

  const toggle = () => (video.paused ? start() : video.pause());

  video.addEventListener("play", () => {
    stay();
    follow();
  });
  video.addEventListener("seeked", () => {
    tell();
    show();
  });
  video.addEventListener("timeupdate", tell);

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-seek]");
    if (button) play(Number(button.dataset.seek), Number(button.dataset.until ?? Infinity));
    if (event.target.closest("[data-play]")) toggle();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("button, a, input, textarea, select, summary, video, audio")) return;
    event.preventDefault();
    toggle();
  });

  const now = () => home ?? wanted ?? video.currentTime;
  return { video, now, seek, play, peek, back, onTime: (listener) => listeners.add(listener) };
}
