/* The two lists from which camera and microphone are picked; what is plugged in or out meanwhile changes them. */

import { choices, FACING, used } from "./devices.mjs";
import { remember, remembered } from "./memory.mjs";

export class Pickers {
  #lists;

  /** `onPick` is called after somebody has picked; what they picked is remembered. */
  constructor(page, onPick) {
    this.#lists = { camera: page.part("camera"), microphone: page.part("microphone") };
    for (const [name, list] of Object.entries(this.#lists)) {
      list.addEventListener("change", () => {
        remember({ [name]: { id: list.value, words: list.selectedOptions[0].label } });
        onPick();
      });
    }
    navigator.mediaDevices.addEventListener("devicechange", () => this.#fill());
  }

  /** Show what `stream` is made of. */
  async follow(stream) {
    await this.#fill();
    const [real, chosen] = [used(stream), remembered()];
    for (const [name, list] of Object.entries(this.#lists)) {
      list.value = chosen[name]?.id;
      if (!list.value.startsWith(FACING)) list.value = real[name];
    }
  }

  async #fill() {
    const there = await choices();
    for (const [name, list] of Object.entries(this.#lists)) {
      const { value } = list;
      list.replaceChildren(...there[name].map(([id, words]) => new Option(words, id)));
      list.value = value;
      list.disabled = there[name].length < 2;
    }
  }
}
