/*
 * What one key does: every module of the desk adds its acts here, and `?` shows them all.
 * Keys rest while someone writes, and leave the browser's own alone.
 */

export class Keys {
  #acts = new Map();
  #chosen;
  #listed;

  /** `listed` are the acts as the house knows them, `chosen` the keys that this teacher changed: { act: key }. */
  constructor(listed = [], chosen = {}) {
    this.#listed = new Map(listed.map((act) => [act.act, act]));
    this.#chosen = { ...chosen };
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  /** `key` as browsers name it, 'Ctrl+' before it where it also works while someone writes. */
  add({ act, key, label, group, run }) {
    this.#acts.set(act, { act, key, label, group, ...this.#listed.get(act), run });
    this.#hint(act);
  }

  /** { act, label, group, key, usual } of every act, in the house's order. */
  get all() {
    const order = [...this.#listed.keys()];
    const place = ({ act }) => (order.includes(act) ? order.indexOf(act) : order.length);
    return [...this.#acts.values()]
      .sort((one, other) => place(one) - place(other))
      .map(({ act, label, group, key }) => ({ act, label, group, key: this.#chosen[act] ?? key, usual: key }));
  }

  get chosen() {
    return { ...this.#chosen };
  }

  /** The act that has this key, but for one. */
  taken(key, but) {
    return this.all.find((other) => other.key.toLowerCase() === key.toLowerCase() && other.act !== but);
  }

  change(chosen) {
    const usual = Object.fromEntries(this.all.map((act) => [act.act, act.usual]));
    this.#chosen = Object.fromEntries(Object.entries(chosen).filter(([act, key]) => key !== usual[act]));
    this.all.forEach(({ act }) => this.#hint(act));
  }

  #press(event) {
    const writes = isWriting(event.target);
    if (event.key === "Escape" && writes) {
      event.target.blur();
      return;
    }
    const key = pressed(event);
    if (!key || event.defaultPrevented || document.querySelector("dialog[open]")) {
      return;
    }
    if ((writes && !key.startsWith("Ctrl+")) || hasOwnUse(event.target, key)) {
      return;
    }
    const found = this.all.find((act) => act.key.toLowerCase() === key.toLowerCase()) ?? this.#onTheSameKey(key);
    if (found) {
      event.preventDefault();
      this.#acts.get(found.act).run();
    }
  }

  /** Plus is a shifted = on many keyboards. */
  #onTheSameKey(key) {
    return key === "=" ? this.all.find((act) => act.key === "+") : undefined;
  }

  /** Buttons that do the same say so. */
  #hint(act) {
    const { key, label } = this.all.find((one) => one.act === act);
    for (const button of document.querySelectorAll(`[data-act="${act}"]`)) {
      button.title = `${label} (${written(key)})`;
      button.setAttribute("aria-keyshortcuts", key === " " ? "Space" : key.replace("Ctrl", "Control"));
    }
  }
}

const SIGNS = { " ": gettext("Space"), ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

/** A key as it is printed on the keyboard; its twin is `spoken` in platform/reviews/keys.py. */
export function written(key) {
  const [last, control] = key.startsWith("Ctrl+") ? [key.slice("Ctrl+".length), "Ctrl "] : [key, ""];
  return control + (SIGNS[last] ?? (last.length === 1 ? last.toUpperCase() : last));
}

/** The key of an event as it is kept; null for one that the browser or the system has. */
export function pressed(event) {
  if (["Shift", "Control", "Alt", "Meta", "AltGraph", "Dead", "Process", "Unidentified"].includes(event.key)) {
    return null;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.getModifierState("AltGraph")) {
    return key;
  }
  if (event.altKey) {
    return null;
  }
  return event.ctrlKey || event.metaKey ? `Ctrl+${key}` : key;
}

function isWriting(target) {
  return target.matches?.("textarea, select, input:not([type='radio'], [type='checkbox'])") ?? false;
}

/** Space presses a button, arrows move between the keys of a radio group. */
function hasOwnUse(target, key) {
  if (key === " ") {
    return target.matches("button, summary, a[href], input, audio");
  }
  return key.startsWith("Arrow") && target.matches("input[type='radio'], audio");
}
