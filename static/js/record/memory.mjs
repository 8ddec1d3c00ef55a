/* What one person chose on this device: camera, microphone, countdown. None of it says who they are. */

const KEY = "clavier-record";

export function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export function remember(choice) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...remembered(), ...choice }));
  } catch {
    // A browser that keeps nothing asks again the next time.
  }
}
