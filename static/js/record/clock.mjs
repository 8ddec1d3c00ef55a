/* 14:03, with the day where it was not today, in the language of the page. */

export function clock(moment) {
  const isToday = new Date(moment).toDateString() === new Date().toDateString();
  const day = isToday ? {} : { month: "short", day: "numeric" };
  const written = new Intl.DateTimeFormat(document.documentElement.lang, { ...day, hour: "numeric", minute: "2-digit" });
  return written.format(moment);
}
