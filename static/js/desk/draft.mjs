/*
 * The draft: kept in this browser at every keystroke and on the server as one works, one save at a time, and never
 * over what another tab or a colleague has done meanwhile.
 */

import { Away, SignedOut, SomebodyElse } from "./house.mjs";
import { same, sendable } from "./marks.mjs";

const PAUSE_MS = 600;
const AGAIN_MS = 3000;
const UNHEARD = 3;

export class Draft {
  #url;
  #house;
  #outbox;
  #page;
  #version;
  #timer = 0;
  #saving = null;
  #dirty = false;
  #torn = false;
  #ended = false;
  #kept = true;
  #unheard = []; // marks that were sent and whose answer never came: the house may have them all the same

  /**
   * `page` is what the draft asks of the page and tells it:
   * { marks(), writing(), say(sentence, isTrouble), conflict(newer), standing(standing), signedOut(isOut, who) }
   */
  constructor({ url, version, house, outbox, page }) {
    this.#url = url;
    this.#version = version;
    this.#house = house;
    this.#outbox = outbox;
    this.#page = page;
    document.addEventListener("visibilitychange", () => document.hidden && this.#dirty && this.save());
    window.addEventListener("online", () => this.#dirty && this.save());
    window.addEventListener("offline", () => this.#page.say(gettext("Offline: what you type is kept in this browser."), true));
    window.addEventListener("beforeunload", (event) => this.#kept || !this.#dirty || event.preventDefault());
  }

  get version() {
    return this.#version;
  }

  /** Nothing here waits to be saved. */
  get isClean() {
    return !this.#dirty && !this.#torn && !this.#saving;
  }

  /** Something was changed on the page. */
  changed() {
    if (this.#ended) {
      return;
    }
    this.#dirty = true;
    this.#keep();
    if (!this.#torn) {
      this.#in(PAUSE_MS);
      this.#page.say(gettext("Saving…"));
    }
  }

  /** A remark is being written: that alone is not sent, but kept in this browser. */
  writing() {
    if (!this.#ended) {
      this.#keep();
    }
  }

  /** Save now; one save at a time, and again where something was changed meanwhile. */
  save() {
    clearTimeout(this.#timer);
    this.#saving ??= this.#send().finally(() => {
      this.#saving = null;
    });
    return this.#saving;
  }

  /** Go on with the marks of this page, after `version` of the server: they are saved over it. */
  keepMine(version) {
    this.#version = version;
    this.#torn = false;
    this.changed();
    return this.save();
  }

  /** Go on with what the server has; the page shows it already. */
  takeTheirs(version) {
    this.#version = version;
    this.#torn = this.#dirty = false;
    this.#unheard = [];
    this.#outbox.clear();
    this.#page.say(gettext("Saved"));
  }

  /** Two versions are on the table: nothing is sent until the teacher has chosen. */
  tear() {
    this.#torn = true;
  }

  /** What an earlier page sent without hearing of it. */
  recall(unheard) {
    this.#unheard = unheard;
  }

  /** Whether these marks are one's own, from a save whose answer was lost. */
  isOwn(marks) {
    return this.#unheard.some((sent) => same(sent, marks));
  }

  /** Nothing more is saved while the marks are on their way as a rating; `resume` takes that back. */
  async end() {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#saving;
  }

  resume() {
    if (this.#ended) {
      this.#ended = false;
      this.changed();
    }
  }

  #keep() {
    this.#kept = this.#outbox.keep({
      marks: this.#page.marks(),
      writing: this.#page.writing(),
      unheard: this.#unheard,
      version: this.#version,
    });
  }

  #in(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), milliseconds);
  }

  async #send() {
    while (this.#dirty && !this.#torn && !this.#ended) {
      this.#dirty = false;
      const marks = this.#page.marks();
      const sent = { ...marks, remarks: sendable(marks.remarks) };
      const body = JSON.stringify({ version: this.#version, marks: sent });
      this.#unheard = [...this.#unheard, sent].slice(-UNHEARD);
      this.#keep();
      try {
        const answer = await this.#house.send(this.#url, { method: "PUT", type: "application/json", body });
        this.#take(answer, marks);
      } catch (trouble) {
        this.#dirty = true;
        this.#tell(trouble);
        this.#in(AGAIN_MS);
        return;
      }
    }
  }

  #take({ status, body }, sent) {
    this.#page.signedOut(false);
    if (status === 200) {
      this.#version = body.version;
      this.#unheard = [];
      this.#page.standing(body.standing);
      this.#page.say(gettext("Saved"));
      this.#settle(sent);
    } else if (status === 409) {
      this.#conflict(body);
    } else {
      this.#page.say(body.sentence ?? gettext("Not saved: this recording is not yours to review any more."), true);
    }
  }

  /** What the server has need not be kept here, unless something in it still waits. */
  #settle(sent) {
    const waits = this.#dirty || this.#page.writing() || sent.remarks.some(({ voice }) => voice);
    if (waits) {
      this.#keep();
    } else {
      this.#outbox.clear();
    }
  }

  /** It stays dirty: where the newer version is one's own, the next turn of the loop saves upon it. */
  #conflict(newer) {
    this.#dirty = true;
    if (newer.version && this.isOwn(newer.marks)) {
      this.#version = newer.version; // it was this page's, or another tab saved the very same
      this.#keep();
      return;
    }
    this.#torn = true;
    this.#keep();
    this.#page.say(gettext("Not saved: there is a newer version."), true);
    this.#page.conflict(newer);
  }

  #tell(trouble) {
    if (trouble instanceof SignedOut) {
      this.#page.signedOut(true);
      this.#page.say(gettext("Not saved: you are signed out. What you type is kept in this browser."), true);
    } else if (trouble instanceof SomebodyElse) {
      this.#page.signedOut(true, "else");
      this.#page.say(gettext("Not saved: somebody else has signed in. What you type is kept in this browser."), true);
    } else if (trouble instanceof Away) {
      this.#page.say(gettext("Not saved: the house does not answer. What you type is kept in this browser."), true);
    } else {
      throw trouble;
    }
  }
}
