/* What becomes of a spoken remark at the house: asked until it can be played, or until it is known that it cannot. */

const SOON_MS = 800;
const LONGEST_MS = 15_000;

export class Playable {
  #house;
  #address;
  #refused;
  #known = new Map(); // by the id of a sound: { state, sentence }

  /** `address(id)` says how a sound stands; `refused(id, sentence)` hears of one that cannot be played. */
  constructor(house, { address, refused }) {
    this.#house = house;
    this.#address = address;
    this.#refused = refused;
  }

  /** A line that says how this sound stands, for as long as it is on the page. */
  line(spoken) {
    const line = document.createElement("span");
    line.dataset.spoken = spoken;
    if (!this.#known.has(spoken)) {
      this.#known.set(spoken, { state: "arrived" });
      this.#watch(spoken, SOON_MS);
    }
    write(line, this.#known.get(spoken));
    return line;
  }

  async #watch(spoken, pause) {
    const found = await this.#ask(spoken);
    this.#known.set(spoken, found);
    for (const line of document.querySelectorAll(`[data-spoken="${spoken}"]`)) {
      write(line, found);
    }
    if (found.state === "arrived") {
      setTimeout(() => this.#watch(spoken, Math.min(2 * pause, LONGEST_MS)), pause);
    } else if (found.state === "refused") {
      this.#refused(spoken, found.sentence);
    }
  }

  /** Its state; only its author is told, so what a colleague spoke and released counts as playable. */
  async #ask(spoken) {
    try {
      const { status, body } = await this.#house.read(this.#address(spoken));
      return status === 200 ? body : { state: "ready" };
    } catch {
      return this.#known.get(spoken); // nobody answers just now
    }
  }
}

function write(line, { state, sentence }) {
  line.textContent = { arrived: gettext("being made playable"), refused: sentence }[state] ?? "";
  line.className = state === "refused" ? "field__error" : "small quiet";
}
