/*
 * Hand in a file that was chosen or dropped.
 *
 *   <form data-upload data-endpoint data-assignment data-max-bytes> with [type=file], and inside it
 *   [data-upload-choose] [data-upload-going] [data-upload-name] [data-upload-bar] [data-upload-said]
 *   [data-upload-again] [data-upload-cancel] [data-upload-wrong] [data-upload-reason]
 *
 * The same file chosen again goes on where it stopped. Without scripts the form sends the file as a whole.
 */

import { progress, size } from "./amounts.mjs";
import { sending } from "./sending.mjs";

const TELL_MS = 1000;

function start(form) {
  const part = (name) => form.querySelector(`[data-upload-${name}]`);
  const input = form.querySelector("[type=file]");
  let current = null;
  let told = 0; // when how far it is was said last, ms

  const show = (isGoing) => {
    part("choose").hidden = isGoing;
    part("going").hidden = !isGoing;
    part("again").hidden = true;
  };

  /** What happens is read aloud; how far it is is not, and changes once a second. */
  const say = (words) => {
    part("said").ariaLive = "polite";
    part("said").textContent = words;
    told = 0;
  };

  const tell = (state) => {
    part("again").hidden = true;
    part("bar").value = state.sent / state.total;
    if (performance.now() - told < TELL_MS && state.sent < state.total) return;
    part("said").ariaLive = "off";
    part("said").textContent = progress(state);
    told = performance.now();
  };

  const wrong = (sentence) => {
    part("wrong").hidden = !sentence;
    part("reason").textContent = sentence;
  };

  const end = (sentence) => {
    show(false);
    wrong(sentence);
    input.value = "";
  };

  const send = (file) => {
    const objection = unsuitable(file, Number(form.dataset.maxBytes));
    if (objection) {
      end(objection);
      return;
    }
    wrong("");
    show(true);
    part("name").textContent = file.name;
    part("bar").value = 0;
    say(gettext("Beginning…"));
    current = sending({
      endpoint: form.dataset.endpoint,
      assignment: form.dataset.assignment,
      file,
      onProgress: tell,
      onLost: () => {
        say(gettext("The connection is lost. What has arrived is kept, and it goes on by itself when the connection is back."));
        part("again").hidden = false;
      },
      onRefused: end,
      onDone: (address) => {
        input.value = ""; // else a browser that goes back would find it chosen, and send it again
        say(gettext("It is here. One moment…"));
        window.location.assign(address);
      },
    });
    current.start();
  };

  input.addEventListener("change", () => input.files[0] && send(input.files[0]));
  // On a slow line a file may be chosen before this script is here.
  if (input.files[0]) send(input.files[0]);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files[0]) send(input.files[0]);
  });
  part("again").addEventListener("click", () => {
    part("again").hidden = true;
    say(gettext("Going on…"));
    current.start();
  });
  part("cancel").addEventListener("click", async () => {
    await current?.cancel();
    end("");
  });

  for (const name of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.toggle("is-target", name === "dragover");
      const file = name === "drop" && part("going").hidden ? event.dataTransfer.files[0] : null;
      if (file) send(file);
    });
  }
}

/** Why a file need not be sent at all; '' where it is worth trying. The server has the same limit. */
function unsuitable(file, most) {
  if (file.size === 0) return gettext("This file is empty. Please choose the recording itself.");
  if (file.size <= most) return "";
  const words = gettext("This file has %(size)s; at most %(most)s can be handed in. A lower video quality helps: 720p is enough.");
  return interpolate(words, { size: size(file.size), most: size(most) }, true);
}

for (const form of document.querySelectorAll("form[data-upload]")) start(form);
