/*
 * How loud it is: a bar in decibels below full scale, with the loudest of the last moments held, and words for what to do.
 *
 *   [data-part=meter] > [data-part=meter-bar] [data-part=meter-peak], [data-part=meter-words]
 */

const FLOOR_DB = -60; // the left end of the bar
const LOUD_DB = -1; // above it the sound is cut off, or nearly
const QUIET_DB = -36; // if nothing was louder for a while, the phone stands too far away
const HOLD_MS = 1500;
const WARN_MS = 4000;
const QUIET_MS = 10_000;
const SAMPLES = 8192; // 0.17 s at 48 kHz: longer than the time between two looks, so that no loud moment is missed

export class Meter {
  #page;
  #context = null;
  #frame = 0;
  #peak = { at: 0, db: FLOOR_DB };
  #loudAt = -Infinity;
  #heardAt = 0;
  #verdict = "";
  #loudest = -Infinity;

  constructor(page) {
    this.#page = page;
  }

  /** Listen to a stream, until stop(). */
  start(stream) {
    this.stop();
    this.#context = new AudioContext();
    const ear = this.#context.createAnalyser();
    ear.fftSize = SAMPLES;
    this.#context.createMediaStreamSource(stream).connect(ear);
    this.#context.resume();
    const samples = new Float32Array(SAMPLES);
    this.#heardAt = performance.now();
    this.#judge("");
    const look = (now) => {
      ear.getFloatTimeDomainData(samples);
      this.#take(decibels(samples), now);
      this.#frame = requestAnimationFrame(look);
    };
    this.#frame = requestAnimationFrame(look);
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#context?.close();
    this.#context = null;
  }

  /** Forget what was heard so far: a take begins. */
  begin() {
    this.#loudest = -Infinity;
    this.#heardAt = performance.now();
  }

  /** Of the take: 'loud' where it was cut off, 'quiet' where nothing was loud enough, else ''. */
  get verdict() {
    if (this.#loudest >= LOUD_DB) return "loud";
    return this.#loudest < QUIET_DB ? "quiet" : "";
  }

  #take(db, now) {
    this.#loudest = Math.max(this.#loudest, db);
    if (db >= this.#peak.db || now - this.#peak.at > HOLD_MS) this.#peak = { at: now, db };
    if (db >= LOUD_DB) this.#loudAt = now;
    if (db >= QUIET_DB) this.#heardAt = now;
    this.#draw(db);
    const isLoud = now - this.#loudAt < WARN_MS;
    const isQuiet = now - this.#heardAt > QUIET_MS;
    const isOver = this.#verdict === "loud" || db >= QUIET_DB;
    this.#judge(isLoud ? "loud" : isQuiet ? "quiet" : isOver ? "good" : this.#verdict);
  }

  #draw(db) {
    this.#page.part("meter-bar").style.transform = `scaleX(${share(db)})`;
    this.#page.part("meter-peak").style.left = `${100 * share(this.#peak.db)}%`;
    this.#page.part("meter").ariaValueNow = String(Math.round(Math.max(db, FLOOR_DB)));
  }

  #judge(verdict) {
    const { dataset } = this.#page.part("meter");
    if (dataset.verdict === verdict) return;
    this.#verdict = dataset.verdict = verdict;
    // Only a change is read out, since this is a live region.
    this.#page.part("meter-words").textContent = {
      "": gettext("Play your loudest passage."),
      good: gettext("The level is good."),
      loud: gettext("Too loud: move the microphone away from the piano."),
      quiet: gettext("Very quiet so far: move the microphone closer."),
    }[verdict];
  }
}

function decibels(samples) {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return 20 * Math.log10(Math.max(peak, 1e-6));
}

/** Where a level stands on the bar, from 0 to 1. */
function share(db) {
  return Math.min(Math.max((db - FLOOR_DB) / -FLOOR_DB, 0), 1);
}
