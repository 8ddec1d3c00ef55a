/* What moved the model's grade: stretches to play, and on demand where the model looked and listened in them. */

import { written } from "../lib/time.mjs";

const ASK_AGAIN_MS = 1000;
const AROUND = 1.1; // seconds on each side of a moment that is asked about: at least one clip lies in them

export function bindEvidence({ root, data, player, axis, say }) {
  const evidence = root.querySelector("[data-evidence]");
  if (!evidence) {
    return;
  }
  const play = (index) => {
    const { start, end, label } = data.highlights[index];
    axis.select?.({ start, end });
    player.play(start, end);
    say(interpolate(gettext("%(start)s to %(end)s: %(label)s"), { start: written(start), end: written(end), label }, true));
  };
  axis.highlights(data.highlights, play);
  for (const button of evidence.querySelectorAll("[data-stretch]")) {
    button.disabled = false;
    button.addEventListener("click", () => play(Number(button.dataset.stretch)));
  }
  for (const form of evidence.querySelectorAll("[data-ask]")) {
    new Question(form, say);
  }
  followMoment(evidence.querySelector("[data-ask-here]"), player);
}

/** The last question is about the moment at which the recording stands. */
function followMoment(part, player) {
  const form = part.querySelector("[data-ask]");
  const words = part.querySelector("[data-ask-words]");
  part.hidden = false;
  player.onTime((now) => {
    form.elements.start.value = Math.max(0, Math.min(now - AROUND, player.length - 2 * AROUND)).toFixed(1);
    form.elements.end.value = Math.min(player.length, Math.max(now + AROUND, 2 * AROUND)).toFixed(1);
    const asks = interpolate(gettext("Where does it look and listen at %(moment)s?"), { moment: written(now) }, true);
    if (words.textContent !== asks) {
      words.textContent = asks;
    }
  });
}

/** One question and the place below it where the answer is laid. The same press again closes it. */
class Question {
  #form;
  #button;
  #place;
  #say;
  #asked = ""; // what the open answer is about
  #round = 0; // answers of an earlier question come too late

  constructor(form, say) {
    this.#form = form;
    this.#button = form.querySelector("button");
    this.#place = document.getElementById(this.#button.getAttribute("aria-controls"));
    this.#say = say;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const asks = `${form.elements.start.value} ${form.elements.end.value}`;
      if (!this.#place.hidden && this.#asked === asks) {
        this.#close();
      } else {
        this.#asked = asks;
        this.#ask();
      }
    });
  }

  #close() {
    this.#round += 1;
    this.#open(false);
  }

  #open(isOpen) {
    this.#place.hidden = !isOpen;
    this.#button.setAttribute("aria-expanded", String(isOpen));
  }

  async #ask() {
    this.#round += 1;
    const round = this.#round;
    const body = new FormData(this.#form);
    this.#open(true);
    let waiting = await this.#show(round, this.#form.action, { method: "POST", body });
    let told = "";
    while (waiting) {
      if (waiting.textContent !== told) {
        told = waiting.textContent;
        this.#say(told.trim().replace(/\s+/g, " "));
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
      waiting = round === this.#round && (await this.#show(round, waiting.dataset.waiting));
    }
    if (round === this.#round) {
      this.#say(this.#place.querySelector("p")?.textContent ?? "");
    }
  }

  /** Lays the house's answer here; gives the part of it that still waits, if one does. */
  async #show(round, address, options = {}) {
    const parts = await answered(address, options);
    if (round !== this.#round) {
      return null;
    }
    this.#place.replaceChildren(...parts);
    return this.#place.querySelector("[data-waiting]");
  }
}

async function answered(address, options) {
  try {
    const answer = await fetch(address, { ...options, headers: { "X-Part": "study" } });
    if (answer.status === 403 || (answer.redirected && !answer.url.includes("/studies/"))) {
      return trouble(gettext("Your sign-in has expired. Sign in again in another tab, then ask again."));
    }
    if (answer.ok || answer.status === 422) {
      return new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes;
    }
  } catch {
    // Told below, like every other silence.
  }
  return trouble(gettext("The house does not answer. Ask again in a while."));
}

function trouble(sentence) {
  const told = document.createElement("p");
  told.className = "study__trouble";
  told.textContent = sentence;
  return [told];
}
