/*
 * The takes that are there: one is chosen, and shown in the player. Rows are made of <template data-part=take-row>.
 */

import { size } from "../lib/amounts.mjs";
import { written } from "../lib/time.mjs";
import { clock } from "./clock.mjs";
import * as keep from "./keep.mjs";

export class Takes {
  #page;
  #takes = [];
  #chosen = null;
  #onEmpty;
  #owner;

  constructor(page, { user, assignment }, onEmpty) {
    this.#page = page;
    this.#owner = [user, assignment];
    this.#onEmpty = onEmpty;
    // A live webm does not say how long it is before its end was looked for.
    const player = page.part("playback");
    player.addEventListener("loadedmetadata", () => {
      if (player.duration !== Infinity) return;
      player.addEventListener("durationchange", () => (player.currentTime = 0), { once: true });
      player.currentTime = Number.MAX_SAFE_INTEGER;
    });
  }

  /** What an earlier page or another tab left behind; what no place was found for is in this page's hands alone. */
  async fetch() {
    const kept = await keep.list(...this.#owner).catch(() => []);
    const unkept = this.#takes.filter((take) => take.isKept === false);
    const ours = new Set(unkept.map((take) => take.id));
    this.#takes = [...kept.filter((take) => !ours.has(take.id)), ...unkept];
    this.#takes.sort((one, other) => one.began - other.began);
    this.#draw();
    if (this.#chosen && !this.#takes.some((take) => take.id === this.#chosen.id)) await this.#next();
  }

  /** Whether leaving the page would lose something. */
  get hasUnkept() {
    return this.#takes.some((take) => take.isKept === false);
  }

  get free() {
    return this.#takes.filter((take) => !take.isElsewhere);
  }

  get chosen() {
    return this.#chosen;
  }

  get nextNumber() {
    return Math.max(0, ...this.#takes.map((take) => take.number)) + 1;
  }

  async add(take) {
    this.#takes.push(take);
    await this.choose(take);
  }

  /** Its film is in the player now, to be looked at and sent. */
  async choose(take) {
    this.#chosen = take;
    this.#draw();
    take.film ??= await keep.film(take);
    const player = this.#page.part("playback");
    URL.revokeObjectURL(player.src);
    player.src = URL.createObjectURL(take.film);
    player.setAttribute("aria-label", interpolate(gettext("Take %(number)s"), take, true));
  }

  chooseLast() {
    return this.choose(this.free.at(-1));
  }

  async remove(take) {
    await keep.forget(take).catch(() => {});
    this.#takes = this.#takes.filter((other) => other.id !== take.id);
    await this.#next();
  }

  async #next() {
    this.#chosen = null;
    if (this.free.length) await this.chooseLast();
    else this.#onEmpty();
  }

  #draw() {
    const rows = this.#takes.map((take) => this.#row(take));
    this.#page.part("takes").replaceChildren(...rows);
  }

  #row(take) {
    const row = this.#page.part("take-row").content.firstElementChild.cloneNode(true);
    const within = (name) => row.querySelector(`[data-take="${name}"]`);
    const choice = within("choice");
    choice.checked = take.id === this.#chosen?.id;
    choice.disabled = Boolean(take.isElsewhere);
    choice.addEventListener("change", () => this.choose(take));
    within("name").textContent = interpolate(gettext("Take %(number)s"), take, true);
    within("facts").textContent = [written(take.seconds), clock(take.began), size(take.bytes)].join(" · ");
    within("note").textContent = note(take);
    if (take.look) within("look").src = take.look;
    else within("look").hidden = true;
    const remove = within("remove");
    remove.hidden = Boolean(take.isElsewhere);
    remove.setAttribute("aria-label", interpolate(gettext("Delete take %(number)s"), take, true));
    remove.addEventListener("click", () => {
      if (window.confirm(interpolate(gettext("Delete take %(number)s? It cannot be brought back."), take, true))) {
        this.remove(take);
      }
    });
    return row;
  }
}

function note({ isElsewhere, isKept, whole, verdict }) {
  if (isElsewhere) return gettext("In use in another tab");
  if (isKept === false) return gettext("Not wholly kept on this device: send it before you close the page");
  if (!whole) return gettext("Cut off, kept to here");
  return { loud: gettext("Too loud in places"), quiet: gettext("Very quiet") }[verdict] ?? "";
}
