/* The chosen take on its way: how much, how fast, how long still; held by this tab alone, forgotten once it has arrived. */

import { progress } from "../lib/amounts.mjs";
import { sending } from "../lib/sending.mjs";
import { busy } from "./awake.mjs";
import * as keep from "./keep.mjs";

const TELL_MS = 1000;

export class Send {
  #page;
  #endpoint;
  #on;
  #sending = null;
  #release = null;
  #told = 0; // when how far it is was said last, ms

  /** `on`: { stopped(sentence), arrived(address) } */
  constructor(page, endpoint, on) {
    this.#page = page;
    this.#endpoint = endpoint;
    this.#on = on;
    page.on("go-on", () => {
      page.part("go-on").hidden = true;
      this.#say(gettext("Going on…"));
      this.#sending.start();
    });
    page.on("cancel", async () => {
      await this.#sending.cancel();
      this.#end("");
    });
  }

  async start(take) {
    this.#release = await keep.hold(take);
    if (!this.#release) {
      this.#on.stopped(gettext("This take is in use in another tab."));
      return;
    }
    busy(true);
    this.#page.part("go-on").hidden = true;
    this.#page.part("bar").value = 0;
    this.#say(gettext("Beginning…"));
    this.#sending = sending({
      endpoint: this.#endpoint,
      assignment: take.assignment,
      file: take.film,
      name: take.name,
      fingerprint: `clavier-${take.assignment}-${take.id}-${take.film.size}`,
      onProgress: (state) => this.#tell(state),
      onLost: () => {
        this.#say(gettext("The connection is lost. What has arrived is kept, and it goes on by itself when the connection is back."));
        this.#page.part("go-on").hidden = false;
      },
      onRefused: (sentence) => this.#end(sentence),
      onDone: async (address) => {
        this.#say(gettext("It is here. One moment…"));
        await keep.forget(take).catch(() => {});
        busy(false);
        this.#on.arrived(address);
      },
    });
    this.#sending.start();
  }

  /** What happens is read aloud; how far it is is not, and changes once a second. */
  #say(words) {
    const said = this.#page.part("sending-said");
    said.ariaLive = "polite";
    said.textContent = words;
    this.#told = 0;
  }

  #tell(state) {
    this.#page.part("go-on").hidden = true;
    this.#page.part("bar").value = state.sent / state.total;
    if (performance.now() - this.#told < TELL_MS && state.sent < state.total) return;
    const said = this.#page.part("sending-said");
    said.ariaLive = "off";
    said.textContent = progress(state);
    this.#told = performance.now();
  }

  #end(sentence) {
    busy(false);
    this.#release();
    this.#on.stopped(sentence);
  }
}
