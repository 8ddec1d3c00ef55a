/*
 * What is typed is kept in this browser until the house has it: a lost connection, an expired sign-in or a closed lid
 * costs no word. One slot per tab, so that two tabs never write over each other's.
 *
 * An entry: { marks, writing, unheard, version, at } — the marks, a remark that is half written, marks that were sent
 * without an answer, the version of the draft they were built on, and when.
 */

export class Outbox {
  #prefix;
  #slot;

  constructor(submission, teacher) {
    this.#prefix = `clavier:desk:${teacher}:${submission}:`;
    this.#slot = this.#prefix + tab();
  }

  /** False where the browser keeps nothing: then the page must say so. */
  keep(entry) {
    try {
      localStorage.setItem(this.#slot, JSON.stringify({ ...entry, at: Date.now() }));
      return true;
    } catch {
      return false;
    }
  }

  clear() {
    attempt(() => localStorage.removeItem(this.#slot));
  }

  /** What was left behind, also by tabs that are gone: the newest first. */
  left() {
    return this.#slots()
      .map((slot) => read(slot))
      .filter(Boolean)
      .sort((one, other) => other.at - one.at);
  }

  /** From now on the entry is this tab's own. */
  adopt({ slot, ...entry }) {
    if (this.keep(entry) && slot !== this.#slot) {
      localStorage.removeItem(slot);
    }
  }

  /** The marks are a rating now: nothing of them is left to send. */
  forget() {
    for (const slot of this.#slots()) {
      localStorage.removeItem(slot);
    }
  }

  #slots() {
    return attempt(() => Object.keys(localStorage).filter((slot) => slot.startsWith(this.#prefix))) ?? [];
  }
}

/** The same through a reload, another one in another tab. */
function tab() {
  return attempt(() => {
    const name = sessionStorage.getItem("clavier:tab") ?? crypto.getRandomValues(new Uint32Array(2)).join("-");
    sessionStorage.setItem("clavier:tab", name);
    return name;
  }) ?? "tab";
}

function read(slot) {
  const entry = attempt(() => JSON.parse(localStorage.getItem(slot)));
  return entry?.marks ? { ...entry, slot } : null;
}

function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}
