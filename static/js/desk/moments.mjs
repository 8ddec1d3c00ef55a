/* Moments as people write them: 67 seconds are 1:07. */

export function written(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

export function stretch({ start, end }) {
  return end === null ? written(start) : `${written(start)}–${written(end)}`;
}
