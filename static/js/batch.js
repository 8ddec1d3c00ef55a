/* A level can be agreed with once its ten seconds were played; without scripts the boxes are usable as they are. */

const SLACK = 0.5; // seconds that a player may swallow at either end

for (const take of document.querySelectorAll("[data-take]")) {
  const video = take.querySelector("video");
  const box = take.querySelector("input[type=checkbox]");
  const says = take.querySelector("[data-heard]");
  const start = Number(take.dataset.start);
  const end = Number(take.dataset.end);
  box.disabled = true;
  box.checked = false;
  says.textContent = gettext("Play the ten seconds first.");

  const listen = () => {
    if (!box.disabled || played(video, start, end) < end - start - SLACK) return;
    box.disabled = false;
    says.textContent = gettext("Heard.");
  };
  for (const event of ["timeupdate", "pause", "ended"]) video.addEventListener(event, listen);
  video.addEventListener("play", () => silenceOthers(video));
}

/** Seconds between `start` and `end` that were really played: leaping over them does not count. */
function played(video, start, end) {
  let seconds = 0;
  for (let i = 0; i < video.played.length; i += 1) {
    seconds += Math.max(0, Math.min(video.played.end(i), end) - Math.max(video.played.start(i), start));
  }
  return seconds;
}

function silenceOthers(playing) {
  for (const video of document.querySelectorAll("[data-take] video")) if (video !== playing) video.pause();
}
