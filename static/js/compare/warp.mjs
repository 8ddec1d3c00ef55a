/* Which second of the other recording is which second of this one, on the lines between known pairs. */

export class Warp {
  #here;
  #there;

  /** `pairs`: [second here, second there], both rising; beyond them, and without any, both run on alike. */
  constructor(pairs = []) {
    const known = pairs.length ? pairs : [[0, 0]];
    this.#here = known.map(([here]) => here);
    this.#there = known.map(([, there]) => there);
  }

  there(moment) {
    return between(this.#here, this.#there, moment);
  }

  here(moment) {
    return between(this.#there, this.#here, moment);
  }

  /** How fast the other one goes where this one goes at 1, over the half seconds around a moment. */
  pace(moment) {
    return this.there(moment + 0.5) - this.there(moment - 0.5);
  }
}

function between(from, to, at) {
  const last = from.length - 1;
  if (at <= from[0]) {
    return to[0] + at - from[0];
  }
  if (at >= from[last]) {
    return to[last] + at - from[last];
  }
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle] <= at) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return to[low] + ((at - from[low]) / (from[high] - from[low])) * (to[high] - to[low]);
}
