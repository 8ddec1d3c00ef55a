"""What a page is asked by a script of the tests."""

# What a script would need in order to decode or fetch the recording by itself.
WATCH_FOR_DECODING = """
window.taken = [];
for (const kind of [window.AudioContext, window.OfflineAudioContext]) {
  kind.prototype.decodeAudioData = () => window.taken.push("decodeAudioData");
}
for (const decoder of ["AudioDecoder", "VideoDecoder", "MediaSource"]) {
  window[decoder] = class { constructor() { window.taken.push(decoder); } };
}
const { fetch } = window;
window.fetch = (asked, ...rest) => { window.taken.push(`fetch ${asked.url ?? asked}`); return fetch(asked, ...rest); };
XMLHttpRequest.prototype.open = (method, url) => window.taken.push(`xhr ${url}`);
document.addEventListener("securitypolicyviolation", (event) => window.taken.push(`policy ${event.violatedDirective}`));
"""
ALL_MEDIA = """() => {
  const within = (root) => [...root.querySelectorAll("*")].flatMap((one) =>
    [...(one.matches("audio, video") ? [one] : []), ...(one.shadowRoot ? within(one.shadowRoot) : [])]);
  return within(document).filter((one) => one.currentSrc).map((one) => one.id);
}"""
HAS_INK = """() => {
  const pen = document.querySelector("[data-mel] canvas").getContext("2d");
  return pen.getImageData(400, 20, 200, 8).data.some(Boolean);
}"""
IS_TAKEN = """(key) =>
  !document.body.dispatchEvent(new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true }))"""
# Where 30 seconds lie in each lane, in pixels from the left edge of the stage.
IN_EVERY_LANE = """() => {
  const stage = document.querySelector("[data-stage]");
  const { left, width } = stage.getBoundingClientRect();
  const [start, , span] = stage.querySelector("[data-levels] svg").getAttribute("viewBox").split(" ").map(Number);
  const roll = stage.querySelector("[data-over]").getBoundingClientRect();
  const wave = stage.querySelector("[data-wave] > div").shadowRoot.querySelector(".wrapper").getBoundingClientRect();
  const remark = stage.querySelector(".mark--good").getBoundingClientRect();
  return {
    levels: ((30 - start) / span) * width,
    over: roll.left - left + roll.width / 2,
    wave: wave.left - left + wave.width / 2,
    remark: remark.left - left,
  };
}"""
