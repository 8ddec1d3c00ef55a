/* The `?` window: every key in its group, and another one for who wants it. */

import { pressed, written } from "./keys.mjs";

const NOBODYS = ["Escape", "Tab", "Enter"];

export class KeyList {
  #dialog;
  #keys;
  #keep;
  #said;
  #waiting = null;

  /** `keep(chosen)` sends the keys to the house and gives a sentence of trouble, or nothing. */
  constructor(dialog, keys, keep) {
    this.#dialog = dialog;
    this.#keys = keys;
    this.#keep = keep;
    this.#said = dialog.querySelector("[data-keys-said]");
    dialog.addEventListener("keydown", (event) => this.#press(event));
    dialog.addEventListener("close", () => this.#wait(null));
    dialog.querySelector("[data-keys-usual]").addEventListener("click", () => this.#change({}, gettext("All keys are the usual ones.")));
  }

  show() {
    this.#draw();
    this.#said.textContent = "";
    this.#dialog.showModal();
  }

  #draw() {
    const groups = Map.groupBy(this.#keys.all, ({ group }) => group);
    this.#dialog.querySelector("[data-keys]").replaceChildren(...[...groups].map(([name, acts]) => this.#group(name, acts)));
    this.#dialog.querySelector("[data-keys-usual]").hidden = !Object.keys(this.#keys.chosen).length;
  }

  #group(name, acts) {
    const section = this.#clone("group");
    section.querySelector("[data-name]").textContent = name;
    section.querySelector("[data-rows]").append(...acts.map((act) => this.#row(act)));
    return section;
  }

  #row({ act, label, key, usual }) {
    const row = this.#clone("row");
    const button = row.querySelector("[data-change]");
    row.querySelector("[data-label]").textContent = label;
    row.dataset.act = act;
    button.textContent = written(key);
    button.classList.toggle("is-changed", key !== usual);
    button.setAttribute("aria-label", interpolate(gettext("%(key)s: %(label)s. Press to choose another key"), { key: written(key), label }, true));
    button.addEventListener("click", () => this.#wait(act));
    return row;
  }

  #clone(name) {
    return this.#dialog.querySelector(`[data-key-${name}]`).content.firstElementChild.cloneNode(true);
  }

  /** From now on the next key is for this act; null: for none. */
  #wait(act) {
    this.#waiting = act;
    for (const row of this.#dialog.querySelectorAll("[data-rows] > *")) {
      row.classList.toggle("is-waiting", row.dataset.act === act);
    }
    if (act) {
      this.#said.textContent = interpolate(gettext("Press the new key for: %(label)s. Escape leaves it as it is."), { label: this.#of(act).label }, true);
    }
  }

  #of(act) {
    return this.#keys.all.find((one) => one.act === act);
  }

  #press(event) {
    const key = pressed(event);
    if (!this.#waiting || !key) {
      return;
    }
    if (key !== "Tab") {
      event.preventDefault();
    }
    event.stopPropagation();
    const { act, label } = this.#of(this.#waiting);
    const other = this.#keys.taken(key, act);
    if (NOBODYS.includes(key)) {
      this.#wait(null);
      this.#said.textContent = gettext("Left as it was.");
    } else if (key.startsWith("Ctrl+") && key !== "Ctrl+Enter") {
      this.#said.textContent = gettext("Keys with Ctrl belong to the browser. Choose another one.");
    } else if (other) {
      this.#said.textContent = interpolate(
        gettext("%(key)s already does this: %(label)s. Choose another one, or change that first."),
        { key: written(key), label: other.label },
        true,
      );
    } else {
      this.#change({ ...this.#keys.chosen, [act]: key }, interpolate(gettext("From now on %(key)s: %(label)s."), { key: written(key), label }, true), act);
    }
  }

  async #change(chosen, sentence, act = null) {
    const before = this.#keys.chosen;
    this.#keys.change(chosen);
    this.#wait(null);
    this.#draw();
    this.#dialog.querySelector(act ? `[data-act="${act}"] button` : "[data-keys-close]").focus();
    const trouble = await this.#keep(this.#keys.chosen);
    if (trouble) {
      this.#keys.change(before);
      this.#draw();
    }
    this.#said.textContent = trouble || sentence;
  }
}
