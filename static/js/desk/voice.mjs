/*
 * A spoken remark: recorded in place, listened to, kept in this browser until the house has it, and sent by itself.
 * The sound is taken as it is: what clears up a telephone call would take the piano away.
 */

import { Away, SignedOut, SomebodyElse } from "./house.mjs";
import { Playable } from "./playable.mjs";
import * as store from "./store.mjs";

const LONGEST_S = 120;
const AGAIN_MS = 3000;
// Stands in the address of a sound where its id belongs.
const ANY = "00000000-0000-0000-0000-000000000000";
const SOUND = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

export class Voice {
  #panel;
  #part;
  #house;
  #page;
  #urls;
  #playable;
  #recorder = null;
  #taken = null;
  #clock = 0;
  #current = { voice: null, spoken: null };
  #sounds = new Map();
  #sending = new Set();

  /**
   * `urls`: { send, sound, asked }
   * `page`: { speaks(), writing(), heard(key, spoken), refused(spoken, sentence), say(sentence, isTrouble) }
   */
  constructor(root, { house, urls, page }) {
    this.#panel = root.querySelector("[data-voice]");
    this.#part = (name) => this.#panel.querySelector(`[data-voice-${name}]`);
    this.#house = house;
    this.#urls = urls;
    this.#page = page;
    this.#playable = new Playable(house, {
      address: (spoken) => urls.asked.replace(ANY, spoken),
      refused: (spoken, sentence) => page.refused(spoken, sentence),
    });
    const start = root.querySelector("[data-voice-start]");
    start.hidden = !window.MediaRecorder || !navigator.mediaDevices;
    start.addEventListener("click", () => this.toggle());
    this.#part("stop").addEventListener("click", () => this.#stop());
    this.#part("again").addEventListener("click", () => this.#record());
    this.#part("drop").addEventListener("click", () => {
      this.letGo(false);
      this.#page.writing();
      start.focus();
    });
  }

  /** Begin to record, or stop. */
  toggle() {
    if (this.isRecording) {
      this.#stop();
    } else {
      this.#record();
    }
  }

  /** What belongs to the remark in the form: the key of a sound of this browser, or the id the house gave it. */
  get current() {
    return this.#current;
  }

  /** Stop, and wait until the sound belongs to the remark in the form. */
  async finish() {
    this.#stop();
    await this.#taken;
  }

  get isRecording() {
    return this.#recorder?.state === "recording";
  }

  /** The remark in the form is another one now; `kept`: its sound goes on, else it is thrown away. */
  letGo(kept, next = { voice: null, spoken: null }) {
    this.#stop(true);
    const { voice } = this.#current;
    if (voice && kept) {
      this.#send(voice);
    } else if (voice && !this.#sending.has(voice)) {
      this.#sounds.delete(voice);
      store.remove(voice).catch(() => {});
    }
    this.#current = next;
    this.#show(next.voice || next.spoken ? "listen" : "");
  }

  /** Send what an earlier page left behind. */
  sendAll(remarks) {
    for (const { voice } of remarks.filter((remark) => remark.voice)) {
      this.#send(voice);
    }
  }

  /** True once every sound is with the house; false where one cannot be sent now. */
  async settled() {
    for (let waited = 0; this.#sending.size && waited < 100; waited += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return this.#sending.size === 0;
  }

  /** What stands in the list for the sound of a remark: a player, and what has become of it at the house. */
  player({ voice, spoken }) {
    if (!voice && !spoken) {
      return [];
    }
    const audio = document.createElement("audio");
    audio.controls = true;
    audio.preload = "none";
    this.#source(audio, { voice, spoken });
    return spoken ? [audio, this.#playable.line(spoken)] : [audio];
  }

  #source(audio, { voice, spoken }) {
    const sound = this.#sounds.get(voice) ?? this.#sounds.get(spoken);
    if (sound) {
      audio.src = URL.createObjectURL(sound);
    } else if (spoken) {
      audio.src = this.#urls.sound.replace(ANY, spoken);
    } else {
      store.get(voice).then((kept) => kept && (audio.src = URL.createObjectURL(kept)), () => {});
    }
  }

  async #record() {
    this.letGo(false);
    this.#page.speaks();
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: SOUND });
    } catch {
      this.#page.say(gettext("The microphone cannot be used. The browser's settings of this page say whether it may."), true);
      return;
    }
    const recorder = new MediaRecorder(stream);
    const parts = [];
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    this.#taken = new Promise((resolve) => {
      recorder.addEventListener("stop", () => {
        stream.getTracks().forEach((track) => track.stop());
        resolve(recorder.dropped ? null : this.#take(new Blob(parts, { type: recorder.mimeType })));
      });
    });
    this.#recorder = recorder;
    recorder.start(1000);
    this.#show("record");
    this.#part("stop").focus({ preventScroll: true });
    this.#panel.scrollIntoView({ block: "nearest" });
    this.#follow(stream, recorder);
  }

  /** Level and length while it records. */
  #follow(stream, recorder) {
    const context = new AudioContext();
    const ear = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(ear);
    context.resume();
    ear.fftSize = 8192; // longer than the time between two looks, so that no loud moment is missed
    const samples = new Float32Array(ear.fftSize);
    const began = performance.now();
    this.#clock = setInterval(() => {
      const seconds = (performance.now() - began) / 1000;
      ear.getFloatTimeDomainData(samples);
      this.#part("level").value = Math.min(1, 1.4 * Math.max(...samples.map(Math.abs)));
      this.#part("time").textContent = interpolate(gettext("%(seconds)s of %(longest)s s"), { seconds: Math.floor(seconds), longest: LONGEST_S }, true);
      if (recorder.state !== "recording" || seconds >= LONGEST_S) {
        this.#stop();
        context.close();
      }
    }, 100);
    recorder.addEventListener("stop", () => context.state !== "closed" && context.close());
  }

  #stop(dropped = false) {
    clearInterval(this.#clock);
    if (this.isRecording) {
      this.#recorder.dropped = dropped;
      this.#recorder.stop();
    }
  }

  async #take(sound) {
    const voice = `voice-${Date.now()}-${Math.floor(Math.random() * 1e9)}`;
    this.#sounds.set(voice, sound);
    this.#current = { voice, spoken: null };
    await store.put(voice, sound).catch(() => this.#page.say(gettext("This browser keeps no sound: do not close the page yet."), true));
    this.#page.writing();
    this.#show("listen");
    this.#part("again").focus({ preventScroll: true });
  }

  #show(state) {
    this.#panel.hidden = !state;
    for (const part of this.#panel.querySelectorAll("[data-when]")) {
      part.hidden = part.dataset.when !== state;
    }
    if (state === "listen") {
      this.#source(this.#part("audio"), this.#current);
    }
  }

  async #send(voice) {
    if (this.#sending.has(voice)) {
      return;
    }
    this.#sending.add(voice);
    const sound = this.#sounds.get(voice) ?? (await store.get(voice).catch(() => null));
    if (!sound) {
      this.#sending.delete(voice);
      this.#page.heard(voice, null);
      return;
    }
    await this.#post(voice, sound);
  }

  async #post(voice, sound) {
    try {
      const { status, body } = await this.#house.send(this.#urls.send, { body: sound, type: sound.type.split(";")[0] });
      this.#sending.delete(voice);
      if (status < 300) {
        this.#sounds.set(body.id, sound);
        this.#page.heard(voice, body.id);
        await store.remove(voice).catch(() => {});
      } else {
        this.#page.heard(voice, null);
        this.#page.say(body.sentence ?? gettext("The spoken remark was refused. Record it again."), true);
      }
    } catch (trouble) {
      if (!(trouble instanceof Away || trouble instanceof SignedOut || trouble instanceof SomebodyElse)) {
        throw trouble;
      }
      this.#page.say(gettext("The spoken remark waits in this browser until the house answers."), true);
      setTimeout(() => this.#post(voice, sound), AGAIN_MS);
    }
  }
}
