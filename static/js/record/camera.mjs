/* Camera and microphone while they are on: shown in the page, heard by the meter, picked from its lists. */

import { close, meddling, open, trouble } from "./devices.mjs";
import { Guide } from "./guide.mjs";
import { remembered } from "./memory.mjs";
import { Meter } from "./meter.mjs";
import { Pickers } from "./pickers.mjs";

export class Camera {
  #page;
  #on;
  #pickers;
  #opening = null;
  #stream = null;
  #meddling = "";
  meter;

  /** `on`: { open(), trouble(name), picked(), gone() } */
  constructor(page, on) {
    this.#page = page;
    this.#on = on;
    this.#pickers = new Pickers(page, on.picked);
    this.meter = new Meter(page);
    new Guide(page);
  }

  get stream() {
    return this.#stream;
  }

  /** What the browser does to the sound, in words; '' for nothing. */
  get meddling() {
    return this.#meddling;
  }

  async open() {
    this.close();
    const opening = (this.#opening = open(remembered()));
    try {
      const stream = await opening;
      if (opening === this.#opening) await this.#use(stream);
      else close(stream); // another one was picked meanwhile
    } catch (error) {
      if (opening === this.#opening) this.#on.trouble(trouble(error));
    }
  }

  close() {
    this.#opening = null;
    this.meter.stop();
    close(this.#stream);
    this.#stream = null;
    this.#page.part("live").srcObject = null;
  }

  async #use(stream) {
    this.#stream = stream;
    for (const track of stream.getTracks()) track.addEventListener("ended", () => this.#on.gone());
    this.#page.part("live").srcObject = stream;
    this.#meddling = meddling(stream);
    this.meter.start(stream);
    this.#on.open();
    await this.#pickers.follow(stream);
  }
}
