/* One take while it is recorded: every second of it is kept on the device before the next one is asked for. */

import * as keep from "./keep.mjs";

const PART_MS = 1000;
// 720p of a keyboard in 20 MB a minute, for a bad connection; the sound is not saved at.
const RATES = { videoBitsPerSecond: 2_500_000, audioBitsPerSecond: 192_000 };
const WEBM = ["video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", "video/webm"];
const MP4 = ["video/mp4;codecs=avc1.42E01F,mp4a.40.2", "video/mp4"];
const LOOK_AFTER = 2; // parts; by then the hands are there
const LOOK_WIDTH = 192; // pixels

/**
 * What the browser can write, or undefined. Apple's devices make H.264 by hardware and hand it out second by second;
 * elsewhere webm does so, while an mp4 is only handed out at the end.
 */
export function kind() {
  const isApple = navigator.vendor.startsWith("Apple");
  return [...(isApple ? MP4 : []), ...WEBM, ...MP4].find((type) => window.MediaRecorder?.isTypeSupported(type));
}

/** What is known of a take before it begins; its file's name stays the same however often it is sent. */
export function plan({ user, assignment, number }) {
  const [type, began] = [kind(), new Date()];
  const moment = began.toISOString().slice(0, 16).replace(/[T:]/g, "-");
  return {
    ...{ user, assignment, number, type },
    ...{ id: crypto.randomUUID(), began: began.getTime(), name: `take-${moment}.${type.match(/\w+/g)[1]}` },
    ...{ seconds: 0, bytes: 0, parts: 0, whole: false, verdict: "", look: "" },
  };
}

export class Take {
  #recorder;
  #parts = [];
  #waiting = [];
  #writing = Promise.resolve();
  #began = 0;
  #stopped;
  #release = () => {};
  #on;
  row;

  /** `on`: { part(), unkept(error), look() → the picture as it is now, ended() } */
  constructor(stream, row, on) {
    this.row = row;
    this.#on = on;
    this.#recorder = new MediaRecorder(stream, { mimeType: row.type, ...RATES });
    this.#recorder.addEventListener("dataavailable", ({ data }) => data.size && this.#add(data));
    this.#recorder.addEventListener("error", () => on.ended());
    this.#stopped = new Promise((resolve) => this.#recorder.addEventListener("stop", resolve));
    for (const track of stream.getTracks()) track.addEventListener("ended", () => on.ended());
  }

  async start() {
    this.#recorder.start(PART_MS);
    this.#began = performance.now();
    this.#release = await keep.hold(this.row);
  }

  get seconds() {
    return (performance.now() - this.#began) / 1000;
  }

  get bytes() {
    return this.#parts.reduce((sum, part) => sum + part.size, 0);
  }

  /** The end: the film, and what is known of it; all of it, also where the device had no room for its end. */
  async stop(verdict) {
    const { seconds } = this;
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
    await this.#stopped;
    await this.#writing;
    const isKept = !this.#waiting.length;
    const row = { ...this.row, seconds, verdict, bytes: this.bytes, whole: true };
    if (isKept) await keep.put(row).catch((error) => this.#on.unkept(error));
    this.#release();
    return { ...row, isKept, film: new Blob(this.#parts, { type: row.type }) };
  }

  #add(data) {
    this.#parts.push(data);
    this.#waiting.push({ data, seconds: this.seconds });
    this.#writing = this.#writing.then(() => this.#write());
    this.#on.part();
  }

  /** In their order and without a gap: what finds no room now waits for the next time. */
  async #write() {
    while (this.#waiting.length) {
      const [{ data, seconds }] = this.#waiting;
      const parts = this.row.parts + 1;
      const look = parts >= LOOK_AFTER && !this.row.look ? thumbnail(this.#on.look()) : this.row.look;
      const row = { ...this.row, seconds, parts, look, bytes: this.row.bytes + data.size };
      try {
        await keep.add(row, await data.arrayBuffer()); // not the Blob: Safari may lose those
      } catch (error) {
        this.#on.unkept(error);
        return;
      }
      this.row = row;
      this.#waiting.shift();
    }
  }
}

function thumbnail(video) {
  const canvas = document.createElement("canvas");
  canvas.width = LOOK_WIDTH;
  canvas.height = Math.round((LOOK_WIDTH * video.videoHeight) / (video.videoWidth || 1)) || 1;
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.7);
}
