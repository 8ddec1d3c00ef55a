/* The rubric: the words of a level or mark while it is chosen or looked at, and what the marks say together. */

import { tenths } from "../lib/figures.mjs";

// How many levels apart, from one on, as a sentence begins.
const NUMBERS = [
  "",
  gettext("One"),
  gettext("Two"),
  gettext("Three"),
  gettext("Four"),
  gettext("Five"),
  gettext("Six"),
  gettext("Seven"),
  gettext("Eight"),
  gettext("Nine"),
];
const ABOVE = gettext("%(number)s above the model's %(model)s");
const BELOW = gettext("%(number)s below the model's %(model)s");

export class Rubric {
  #form;
  #model;
  #scale;

  /** `model`: { level, low, high } of the autograde; null each where it is not shown. */
  constructor(form, model) {
    this.#form = form;
    this.#model = model;
    this.#scale = form.querySelector("[data-suggestion]")?.textContent;
    for (const group of form.querySelectorAll("[data-words]")) {
      bindWords(group);
    }
    form.addEventListener("change", (event) => event.target.type === "radio" && this.draw());
    form.querySelector("[data-reason] textarea")?.addEventListener("blur", () => this.draw());
    this.draw();
  }

  get level() {
    return Number(this.#form.querySelector("[name='level']:checked")?.value ?? 0) || null;
  }

  set level(level) {
    const key = this.#form.querySelector(`input[name="level"][value="${level}"]`);
    if (key && !key.disabled) {
      key.checked = true;
      key.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  draw() {
    this.#difference();
    this.#suggestion();
    for (const group of this.#form.querySelectorAll("[data-words]")) {
      group.dispatchEvent(new Event("look"));
    }
  }

  /** A reason may be given for another level than the model's, and must be where the level leaves its interval. */
  #difference() {
    const { level: model, low, high } = this.#model;
    const field = this.#form.querySelector("[data-reason]");
    if (model === null || !field) {
      return;
    }
    const { level } = this;
    const isOutside = level !== null && (level < low || level > high);
    const reason = field.querySelector("textarea");
    field.hidden = (level === null || level === model) && !reason.value;
    field.querySelector("[data-reason-optional]").hidden = isOutside;
    reason.required = isOutside;
    const said = this.#form.querySelector("[data-difference]");
    said.textContent = level === null ? "" : `${apart(level, model)}${isOutside ? ": please say why." : "."}`;
  }

  /** What the marks say together, once half of the rubric by weight is marked; it only suggests. */
  #suggestion() {
    const said = this.#form.querySelector("[data-suggestion]");
    if (!said) {
      return;
    }
    const rows = [...this.#form.querySelectorAll("[data-weight]")].map((criterion) => ({
      weight: Number(criterion.dataset.weight),
      mark: Number(criterion.querySelector("input:checked")?.value ?? 0),
    }));
    const sum = (values, of) => values.reduce((total, row) => total + of(row), 0);
    const marked = rows.filter(({ mark }) => mark > 0);
    const weight = sum(marked, (row) => row.weight);
    if (weight === 0 || 2 * weight < sum(rows, (row) => row.weight)) {
      said.textContent = this.#scale;
      return;
    }
    const mean = sum(marked, (row) => row.weight * row.mark) / weight;
    said.textContent = interpolate(
      gettext("Your marks together suggest level %(level)s: on average %(mean)s of 5."),
      { level: suggested(mean), mean: tenths(mean) },
      true,
    );
  }
}

/** Marks run from 1 to 5 and levels from 1 to 10: both ends meet. */
export function suggested(mean) {
  return Math.round(1 + ((mean - 1) * 9) / 4);
}

export function apart(level, model) {
  const steps = Math.abs(level - model);
  if (steps === 0) {
    return interpolate(gettext("As the model says, %(model)s"), { model }, true);
  }
  const way = level > model ? ABOVE : BELOW;
  return interpolate(way, { number: NUMBERS[steps], model }, true);
}

/** Of all the words of a group only those are seen whose key is pointed at, else focused, else chosen. */
function bindWords(group) {
  const words = document.getElementById(group.dataset.words);
  const value = (selector) => group.querySelector(selector)?.value;
  const look = () => {
    const hovered = group.querySelector("label:hover input")?.value;
    const shown = hovered ?? value("input:focus-visible") ?? value("input:checked") ?? "";
    const chosen = words.querySelector(`[data-word="${shown}"]`) ?? words.querySelector('[data-word=""]');
    for (const word of words.children) {
      word.toggleAttribute("data-shown", word === chosen);
    }
  };
  if (words) {
    for (const event of ["look", "focusin", "focusout", "pointerover", "pointerleave", "change"]) {
      group.addEventListener(event, look);
    }
    look();
  }
}
