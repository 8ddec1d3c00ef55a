/*
 * What is said of a recording, in place: while it plays, what is said of this moment stands under the picture and is
 * marked in the list. A spoken remark and the recording never sound at once.
 *
 *   <li data-remark="12.40" data-remark-end="15.00">…<button data-seek>…</li>, and one [data-now-said] under the picture
 */

const LINGERS_S = 4; // how long a remark about one moment stays

export function remarksInPlace(root, player) {
  const line = root.querySelector("[data-now-said]");
  const remarks = [...root.querySelectorAll("[data-remark]")].map((item) => {
    const start = Number(item.dataset.remark);
    return { item, start, end: Number(item.dataset.remarkEnd ?? start + LINGERS_S) };
  });
  const hint = line?.textContent;
  let shown = null;

  const show = (now) => {
    const here = remarks.filter(({ start, end }) => start <= now && now < end);
    // Of several the one that began last.
    const newest = here.reduce((best, one) => (!best || one.start >= best.start ? one : best), null);
    if (newest === shown) return;
    shown = newest;
    for (const { item } of remarks) {
      item.querySelector("[data-seek]").setAttribute("aria-current", String(item === newest?.item));
    }
    if (!line) return;
    line.textContent = newest
      ? newest.item.querySelector("[data-remark-text]")?.textContent ?? gettext("A spoken remark")
      : hint;
    line.classList.toggle("now-said--hint", !newest);
  };

  if (remarks.length) player.onTime(show);
  for (const sound of root.querySelectorAll("audio")) {
    sound.addEventListener("play", () => player.video.pause());
    player.video.addEventListener("play", () => sound.pause());
  }
}
