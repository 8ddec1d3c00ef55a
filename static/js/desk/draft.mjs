/* The draft is kept on the server as one works: one save at a time, and never over another tab's. */

const PAUSE_MS = 600;
const AGAIN_MS = 4000;

export class Draft {
  #url;
  #version;
  #collect;
  #say;
  #timer = 0;
  #saving = null;
  #stopped = false;

  /** `collect` gives the marks as they stand, `say` shows a sentence: (sentence, isTrouble). */
  constructor({ url, version, collect, say }) {
    this.#url = url;
    this.#version = version;
    this.#collect = collect;
    this.#say = say;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        this.flush();
      }
    });
  }

  changed() {
    if (!this.#stopped) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#save(), PAUSE_MS);
      this.#say("Saving…");
    }
  }

  flush() {
    if (this.#timer) {
      this.#save();
    }
  }

  /** Nothing more is saved: the marks are on their way as a rating. */
  async end() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#saving;
  }

  async #save() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.#saving) {
      await this.#saving;
    }
    if (this.#stopped) {
      return;
    }
    this.#saving = this.#send();
    await this.#saving;
    this.#saving = null;
  }

  async #send() {
    try {
      const answer = await fetch(this.#url, {
        method: "PUT",
        keepalive: true,
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": document.querySelector('meta[name="csrf"]').content,
        },
        body: JSON.stringify({ version: this.#version, marks: this.#collect() }),
      });
      if (!answer.headers.get("Content-Type")?.includes("json")) {
        throw new TypeError("no JSON");
      }
      const { version, sentence } = await answer.json();
      this.#version = version ?? this.#version;
      this.#stopped ||= answer.status === 409;
      this.#say(answer.ok ? "Saved" : sentence, !answer.ok);
    } catch {
      this.#say("Not saved: the house does not answer. Trying again.", true);
      this.#timer = setTimeout(() => this.#save(), AGAIN_MS);
    }
  }
}
