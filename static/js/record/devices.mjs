/* Camera and microphone: opened, told apart, and checked for whether they leave the sound as it is. */

const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
// What clears up a telephone call takes the difference between soft and loud away.
const SOUND = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, voiceIsolation: false };
export const FACING = "facing:";

/**
 * A stream of picture and sound. `chosen`: { camera, microphone } as { id, words } of `choices()`, both or none. What is
 * gone is replaced by what there is. Rejects with the browser's DOMException.
 */
export async function open({ camera, microphone }) {
  try {
    return await ask({ camera: camera?.id, microphone: microphone?.id });
  } catch (error) {
    const isGone = ["OverconstrainedError", "NotFoundError"].includes(error.name);
    if (!isGone || !(camera || microphone)) throw error;
  }
  // Browsers may number devices anew with each page, and give their names only while one is in use.
  const stream = await ask({});
  const there = await choices();
  const known = (name, choice) => there[name].find(([id, words]) => id === choice?.id || words === choice?.words)?.[0];
  const wanted = { camera: known("camera", camera), microphone: known("microphone", microphone) };
  if (!wanted.camera && !wanted.microphone) return stream;
  close(stream);
  return ask(wanted);
}

function ask({ camera = "", microphone = "" }) {
  return navigator.mediaDevices.getUserMedia({ video: picture(camera), audio: sound(microphone) });
}

function picture(camera) {
  if (camera && !camera.startsWith(FACING)) return { ...PICTURE, deviceId: { exact: camera } };
  return { ...PICTURE, facingMode: { ideal: camera.slice(FACING.length) || "environment" } };
}

function sound(microphone) {
  return microphone ? { ...SOUND, deviceId: { exact: microphone } } : SOUND;
}

export function close(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}

/** What can be picked, as [id, words] in two lists; of a phone's cameras also 'facing:user' and 'facing:environment'. */
export async function choices() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const named = (kind, words) =>
    devices
      .filter((device) => device.kind === kind && device.deviceId)
      .map((device, place) => [device.deviceId, device.label || interpolate(words, { n: place + 1 }, true)]);
  const facing = window.matchMedia("(pointer: coarse)").matches
    ? [
        [`${FACING}environment`, gettext("The camera on the back")],
        [`${FACING}user`, gettext("The camera beside the screen")],
      ]
    : [];
  return {
    camera: [...facing, ...named("videoinput", gettext("Camera %(n)s"))],
    microphone: named("audioinput", gettext("Microphone %(n)s")),
  };
}

/** What a stream is made of, as ids of `choices()`. */
export function used(stream) {
  const id = (track) => track?.getSettings().deviceId ?? "";
  return { camera: id(stream.getVideoTracks()[0]), microphone: id(stream.getAudioTracks()[0]) };
}

/**
 * What the browser does to the sound although it was asked not to, in words; '' where it says that it does nothing.
 */
export function meddling(stream) {
  const settings = stream.getAudioTracks()[0].getSettings();
  const names = {
    echoCancellation: gettext("echo cancellation"),
    noiseSuppression: gettext("noise suppression"),
    autoGainControl: gettext("automatic volume"),
    voiceIsolation: gettext("voice isolation"),
  };
  const on = Object.keys(names).filter((name) => settings[name] === true || typeof settings[name] === "string");
  if (on.length) {
    const what = new Intl.ListFormat(document.documentElement.lang).format(on.map((name) => names[name]));
    return interpolate(
      gettext("This browser changes the sound although it was asked not to: %(what)s. Soft and loud will not come through as you play them. Another browser or microphone helps, or a film made with the camera app."),
      { what },
      true,
    );
  }
  // Voice isolation is young: a browser that does not know it does not do it.
  const untold = ["echoCancellation", "noiseSuppression", "autoGainControl"].some((name) => settings[name] === undefined);
  return untold
    ? gettext("This browser does not say whether it leaves the sound as it is. Play something soft and something loud, and listen to the take before you send it.")
    : "";
}

/** What stood in the way, as a name of templates/submissions/record_trouble.html. */
export function trouble(error) {
  const known = {
    NotAllowedError: "denied",
    SecurityError: "denied",
    NotFoundError: "missing",
    OverconstrainedError: "missing",
    NotReadableError: "busy",
    AbortError: "busy",
  };
  return known[error.name] ?? "other";
}
