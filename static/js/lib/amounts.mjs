/* Bytes, speed and the time that is left, as people read them in the language of the page. */

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

export function size(bytes) {
  const [unit, words] = bytes >= 1e9 ? [GIB, gettext("%(number)s GB")] : [MIB, gettext("%(number)s MB")];
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const number = new Intl.NumberFormat(document.documentElement.lang, digits).format(bytes / unit);
  return interpolate(words, { number }, true);
}

/** '12.5 MB of 80.0 MB · 1.2 MB a second · about 55 s left' */
export function progress({ sent, total, perSecond, left }) {
  const amount = interpolate(gettext("%(sent)s of %(total)s"), { sent: size(sent), total: size(total) }, true);
  if (!perSecond) return amount;
  const speed = interpolate(gettext("%(size)s a second"), { size: size(perSecond) }, true);
  return [amount, speed, rest(left)].join(" · ");
}

export function rest(seconds) {
  if (seconds < 5) return gettext("nearly there");
  if (seconds < 60) return interpolate(gettext("about %(n)s s left"), { n: Math.ceil(seconds / 5) * 5 }, true);
  return interpolate(gettext("about %(n)s min left"), { n: Math.ceil(seconds / 60) }, true);
}
