/*
 * The page's own parts and states.
 *
 *   [data-part="stop"]              a part, by its name
 *   [data-when="ready recording"]   is there in these states alone
 *   [data-first]                    has the focus when its state begins
 */

export class Page {
  #root;
  #state = "";

  constructor(root) {
    this.#root = root;
  }

  get state() {
    return this.#state;
  }

  part(name) {
    return this.#root.querySelector(`[data-part="${name}"]`);
  }

  on(name, act) {
    this.part(name).addEventListener("click", act);
  }

  show(state) {
    const isFirst = !this.#state;
    this.#state = state;
    this.#root.dataset.state = state;
    for (const part of this.#root.querySelectorAll("[data-when]")) {
      // The property alone would do nothing to a drawing.
      part.toggleAttribute("hidden", !part.dataset.when.split(" ").includes(state));
    }
    if (isFirst) return; // nobody has pressed anything yet
    this.#toScreen();
    const first = [...this.#root.querySelectorAll("[data-first]")].find((part) => !part.closest("[hidden]"));
    first?.focus({ preventScroll: true });
  }

  /** What stands in the way: one of the reasons in the page, by its name. */
  trouble(name) {
    this.show("trouble");
    for (const reason of this.#root.querySelectorAll("[data-trouble]")) {
      reason.hidden = reason.dataset.trouble !== name;
    }
  }

  /** The whole picture into the window, as on a phone that lies sideways. */
  #toScreen() {
    const { top, bottom } = this.part("screen").getBoundingClientRect();
    if (bottom > top && (top < 0 || bottom > window.innerHeight)) this.part("stage").scrollIntoView({ block: "start" });
  }

  /** For ears alone. */
  say(words) {
    this.part("spoken").textContent = words;
  }

  /** For everybody, until something else is to be told; '' for nothing. */
  tell(sentence) {
    this.part("told").hidden = !sentence;
    this.part("told-words").textContent = sentence;
  }
}
