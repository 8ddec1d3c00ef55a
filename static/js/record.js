/*
 * Record in the browser. What the page shows follows its state:
 *
 *   ask → ready → countdown → recording → review → sending, and trouble where camera or microphone are not to be had
 */

import { busy } from "./record/awake.mjs";
import { Camera } from "./record/camera.mjs";
import { clock } from "./record/clock.mjs";
import { countDown } from "./record/countdown.mjs";
import { forgetOld } from "./record/keep.mjs";
import { remember, remembered } from "./record/memory.mjs";
import { Page } from "./record/page.mjs";
import { Send } from "./record/send.mjs";
import { kind, plan, Take } from "./record/take.mjs";
import { Takes } from "./record/takes.mjs";
import { written } from "./lib/time.mjs";

const WARN_S = 60; // before the longest a recording may be
const BYTES_SHARE = 0.98; // of the largest file: the last part comes on top

class Studio {
  #owner;
  #limits;
  #page;
  #camera;
  #takes;
  #send;
  #take = null;
  #countdown = null;
  #clock = 0;

  constructor(root) {
    const { user, assignment, endpoint, maxBytes, maxSeconds } = root.dataset;
    this.#owner = { user, assignment };
    this.#limits = { bytes: BYTES_SHARE * Number(maxBytes), seconds: Number(maxSeconds) };
    const page = (this.#page = new Page(root));
    this.#camera = new Camera(page, {
      open: () => this.#opened(),
      trouble: (name) => page.trouble(name),
      picked: () => this.#open(),
      gone: () => this.#gone(),
    });
    this.#takes = new Takes(page, this.#owner, () => this.#ask());
    this.#send = new Send(page, endpoint, {
      stopped: (sentence) => this.#review(sentence),
      arrived: (address) => window.location.assign(address),
    });
    for (const name of ["switch-on", "try-again", "another"]) page.on(name, () => this.#open());
    page.on("record", () => this.#count());
    page.on("call-off", () => this.#countdown.abort());
    page.on("stop", () => this.#stop());
    page.on("look", () => this.#review());
    page.on("to-takes", () => this.#review());
    page.on("send", () => this.#sendChosen());
    const seconds = page.part("seconds");
    seconds.value = remembered().seconds ?? seconds.value;
    seconds.addEventListener("change", () => remember({ seconds: seconds.value }));
    window.addEventListener("focus", () => page.state === "review" && this.#takes.fetch());
  }

  async begin() {
    await forgetOld().catch(() => {});
    await this.#takes.fetch();
    this.#ask();
  }

  #ask() {
    this.#offer();
    this.#page.tell("");
    this.#page.show("ask");
  }

  /** Say what an earlier page left behind. */
  #offer() {
    const { free } = this.#takes;
    const last = free.at(-1);
    this.#page.part("kept").hidden = !last;
    if (!last) return;
    const facts = { length: written(last.seconds), moment: clock(last.began), n: free.length };
    const words = ngettext(
      "A take of %(length)s from %(moment)s is kept on this device: play it, send it, delete it.",
      "%(n)s takes are kept on this device, the last of %(length)s from %(moment)s: play them, send one, delete them.",
      free.length,
    );
    this.#page.part("kept-words").textContent = interpolate(words, facts, true);
  }

  #open() {
    this.#page.part("playback").pause();
    this.#page.tell("");
    return this.#camera.open();
  }

  #opened() {
    this.#page.tell(this.#camera.meddling);
    this.#page.part("to-takes").hidden = !this.#takes.free.length;
    this.#page.show("ready");
    this.#page.say(gettext("Camera and microphone are on."));
  }

  /** Unplugged, or taken by another program. A take that is being recorded ends by itself. */
  #gone() {
    if (!["ready", "countdown"].includes(this.#page.state)) return;
    this.#countdown?.abort();
    this.#open();
  }

  async #count() {
    navigator.storage?.persist?.().catch(() => {}); // a full device shall not make room with a take
    this.#countdown = new AbortController();
    this.#page.show("countdown");
    const isOver = await countDown(this.#page, Number(this.#page.part("seconds").value), this.#countdown.signal);
    if (isOver) await this.#record();
    else if (this.#camera.stream) this.#page.show("ready");
  }

  async #record() {
    const row = plan({ ...this.#owner, number: this.#takes.nextNumber });
    this.#take = new Take(this.#camera.stream, row, {
      part: () => this.#take.bytes > this.#limits.bytes && this.#stop(),
      unkept: (error) => this.#unkept(error),
      look: () => this.#page.part("live"),
      ended: () => this.#stop(),
    });
    try {
      await this.#take.start();
    } catch {
      this.#open(); // the camera went away in the last second
      return;
    }
    busy(true);
    this.#camera.meter.begin();
    this.#page.show("recording");
    this.#page.say(gettext("Recording."));
    this.#tick();
    this.#clock = setInterval(() => this.#tick(), 250);
  }

  #tick() {
    const { seconds } = this.#take;
    this.#page.part("elapsed").textContent = written(seconds);
    const left = this.#limits.seconds - seconds;
    if (left <= WARN_S) this.#page.tell(gettext("A recording cannot be much longer. It stops by itself in less than a minute."));
    if (left <= 0) this.#stop();
  }

  #unkept(error) {
    this.#page.tell(
      error.name === "QuotaExceededError"
        ? gettext("This device has no room left. The recording goes on, but its end is kept in this tab alone: send it before you close the page.")
        : gettext("This browser keeps no recordings. The recording goes on, but it is kept in this tab alone: send it before you close the page."),
    );
  }

  async #stop() {
    if (this.#page.state !== "recording") return;
    clearInterval(this.#clock);
    this.#page.show("saving");
    const made = await this.#take.stop(this.#camera.meter.verdict);
    this.#camera.close();
    this.#page.tell(this.#camera.meddling);
    await this.#takes.add(made);
    busy(this.#takes.hasUnkept);
    this.#page.show("review");
    this.#page.say(interpolate(gettext("Take %(number)s is recorded."), made, true));
  }

  async #review(sentence = "") {
    this.#camera.close();
    busy(this.#takes.hasUnkept);
    if (!this.#takes.chosen) await this.#takes.chooseLast();
    this.#page.tell(sentence);
    this.#page.show("review");
  }

  async #sendChosen() {
    this.#page.part("playback").pause();
    this.#page.tell("");
    this.#page.show("sending");
    await this.#send.start(this.#takes.chosen);
  }
}

const root = document.querySelector("[data-record]");
if (navigator.mediaDevices && kind()) {
  new Studio(root).begin();
} else {
  new Page(root).show("unable");
}
