/* Releasing: once, without losing a word where the connection or the sign-in is gone. */

import { Away, SignedOut, SomebodyElse } from "./house.mjs";

const AGAIN_MS = 3000;

export class Release {
  #form;
  #button;
  #house;
  #page;
  #timer = 0;
  #waits = false;

  /** `page`: { before(), resume(), released(), refused(sentence, standing), say(sentence, isTrouble), signedOut(isOut, who) } */
  constructor(form, { house, page }) {
    this.#form = form;
    this.#button = form.querySelector("[data-release]");
    this.#house = house;
    this.#page = page;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#begin();
    });
  }

  /** What was changed meanwhile must be read again before it goes out. */
  hold() {
    if (this.#waits) {
      this.#waits = false;
      clearTimeout(this.#timer);
      this.#rest();
    }
  }

  async #begin() {
    this.#button.disabled = true;
    this.#page.say(gettext("Releasing…"));
    if (await this.#page.before()) {
      this.#waits = true;
      await this.#send();
    } else {
      this.#rest();
    }
  }

  async #send() {
    try {
      const body = new URLSearchParams(new FormData(this.#form));
      body.delete("csrfmiddlewaretoken"); // the page's own may be stale; the house gets a fresh one in a header
      const { status, body: said } = await this.#house.send(this.#form.action, { body });
      this.#waits = false;
      if (status === 200) {
        this.#page.released();
        window.location.assign(said.to);
        return;
      }
      this.#rest();
      this.#page.refused(said.sentence ?? gettext("This could not be released. Reload the page and try again."), said.standing);
    } catch (trouble) {
      this.#tell(trouble);
      this.#timer = setTimeout(() => this.#waits && this.#send(), AGAIN_MS);
    }
  }

  #rest() {
    this.#button.disabled = false;
    this.#page.resume();
  }

  #tell(trouble) {
    if (!(trouble instanceof SignedOut || trouble instanceof SomebodyElse || trouble instanceof Away)) {
      throw trouble;
    }
    const isOut = !(trouble instanceof Away);
    this.#page.signedOut(isOut, trouble instanceof SomebodyElse ? "else" : "");
    const why = isOut
      ? gettext("Not released yet: you are signed out. It goes out as soon as it can; any change holds it back.")
      : gettext("Not released yet: the house does not answer. It goes out as soon as it can; any change holds it back.");
    this.#page.say(why, true);
  }
}
