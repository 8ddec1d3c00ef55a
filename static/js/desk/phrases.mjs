/*
 * A teacher's own sentences. '/' at the beginning of a word opens them, what follows narrows them down, arrows and
 * Enter choose one; a button opens them too, and another keeps what was just written.
 */

export class Phrases {
  #text;
  #list;
  #house;
  #url;
  #all = null;
  #shown = [];
  #active = -1;

  constructor(root, { house, url }) {
    this.#text = root.querySelector("[data-remark-text]");
    this.#list = root.querySelector("[data-phrase-list]");
    this.#house = house;
    this.#url = url;
    this.#text.addEventListener("input", () => this.#look());
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("blur", () => this.#close());
    const open = root.querySelector("[data-phrase-open]");
    open.hidden = false;
    open.addEventListener("click", () => this.#open());
    const keep = root.querySelector("[data-phrase-keep]");
    keep.hidden = false;
    keep.addEventListener("click", () => this.#keep(root.querySelector("[data-remark-said]")));
    // A press on a phrase must not take the focus out of the text first.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = event.target.closest("[role='option']");
      if (option) {
        this.#insert(this.#shown[[...this.#list.children].indexOf(option)]);
      }
    });
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  #open() {
    const { value } = this.#text;
    this.#text.focus();
    this.#text.setSelectionRange(value.length, value.length);
    this.#text.setRangeText(value && !value.endsWith(" ") ? " /" : "/", value.length, value.length, "end");
    this.#look();
  }

  /** What stands after the last '/' before the caret; null where there is none. */
  #asked() {
    return this.#text.value.slice(0, this.#text.selectionStart).match(/(?:^|\s)\/([^/]*)$/)?.[1] ?? null;
  }

  async #look() {
    if (this.#asked() === null) {
      this.#close();
      return;
    }
    this.#all ??= await this.#fetch();
    const asked = this.#asked()?.toLowerCase();
    this.#shown = asked === undefined ? [] : this.#all.filter(({ text }) => text.toLowerCase().includes(asked)).slice(0, 8);
    this.#draw();
  }

  async #fetch() {
    const { status, body } = await this.#house.send(this.#url, { method: "GET" }).catch(() => ({}));
    return status === 200 ? body.phrases : [];
  }

  #draw() {
    this.#list.replaceChildren(
      ...this.#shown.map(({ text }, index) => {
        const option = document.createElement("li");
        option.id = `phrase-${index}`;
        option.setAttribute("role", "option");
        option.textContent = text;
        return option;
      }),
    );
    this.#list.hidden = this.#shown.length === 0;
    this.#text.setAttribute("aria-expanded", String(this.isOpen));
    this.#go(0);
  }

  #go(index) {
    this.#active = this.#shown.length ? (index + this.#shown.length) % this.#shown.length : -1;
    [...this.#list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === this.#active)));
    if (this.#active >= 0) {
      this.#text.setAttribute("aria-activedescendant", `phrase-${this.#active}`);
      this.#list.children[this.#active].scrollIntoView({ block: "nearest" });
    } else {
      this.#text.removeAttribute("aria-activedescendant");
    }
  }

  #key(event) {
    const acts = {
      ArrowDown: () => this.#go(this.#active + 1),
      ArrowUp: () => this.#go(this.#active - 1),
      Enter: () => this.#insert(this.#shown[this.#active]),
      Escape: () => this.#close(),
    };
    if (this.isOpen && acts[event.key] && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      acts[event.key]();
    }
  }

  #insert({ text }) {
    const end = this.#text.selectionStart;
    const start = end - (this.#asked()?.length ?? 0) - 1;
    this.#text.setRangeText(text, Math.max(start, 0), end, "end");
    this.#close();
    this.#text.focus();
    this.#text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #close() {
    this.#shown = [];
    this.#draw();
  }

  async #keep(said) {
    const text = this.#text.value.trim();
    if (!text) {
      said.textContent = gettext("Write something first; then it can be kept as a phrase.");
      return;
    }
    const answer = await this.#house
      .send(this.#url, { type: "application/json", body: JSON.stringify({ text }) })
      .catch(() => null);
    this.#all = null;
    const isKept = answer !== null && answer.status < 300;
    said.textContent = isKept ? gettext("Kept as a phrase: type / to find it.") : answer?.body.sentence ?? gettext("Not kept: the house does not answer.");
  }
}
