/*
 * Hand in a file by the tus protocol: in parts, and on from where it stopped after a lost connection or a closed page.
 *
 *   <form data-upload data-endpoint data-assignment data-max-bytes> with [type=file], and inside it
 *   [data-upload-choose] [data-upload-going] [data-upload-name] [data-upload-bar] [data-upload-said]
 *   [data-upload-again] [data-upload-cancel] [data-upload-wrong] [data-upload-reason]
 *
 * Needs tus-js-client (window.tus). The same file chosen again goes on where it stopped. Without scripts the form sends
 * the file as a whole.
 */

const PART_BYTES = 8 * 1024 * 1024; // as the server expects it; see submissions/views/tus.py
const RETRY_MS = [0, 1000, 3000, 5000, 10000, 20000];

function start(form) {
  const part = (name) => form.querySelector(`[data-upload-${name}]`);
  const input = form.querySelector("[type=file]");
  let upload = null;

  const show = (state) => {
    part("choose").hidden = state === "going";
    part("going").hidden = state !== "going";
    part("again").hidden = true;
  };

  const wrong = (sentence) => {
    part("wrong").hidden = !sentence;
    part("reason").textContent = sentence;
  };

  const refuse = (sentence) => {
    show("choose");
    wrong(sentence);
    input.value = "";
  };

  const failed = (error) => {
    const answer = error.originalResponse;
    const status = answer?.getStatus() ?? 0;
    if (status >= 400 && status < 500 && ![409, 423].includes(status)) {
      refuse(answer.getBody() || "The file was not taken.");
      return;
    }
    part("said").textContent = "The connection is lost. What has arrived is kept.";
    part("again").hidden = false;
  };

  const send = async (file) => {
    wrong("");
    const most = Number(form.dataset.maxBytes);
    if (file.size > most) {
      refuse(`This file has ${size(file.size)}; at most ${size(most)} can be handed in. A lower video quality helps: 720p is enough.`);
      return;
    }
    if (file.size === 0) {
      refuse("This file is empty. Please choose the recording itself.");
      return;
    }
    show("going");
    part("name").textContent = file.name;
    part("bar").value = 0;
    part("said").textContent = "Beginning…";
    let place = null;
    const began = performance.now();
    let first = null;
    upload = new window.tus.Upload(file, {
      endpoint: form.dataset.endpoint,
      chunkSize: PART_BYTES,
      retryDelays: RETRY_MS,
      removeFingerprintOnSuccess: true,
      fingerprint: async (chosen) => ["clavier", form.dataset.assignment, chosen.name, chosen.size, chosen.lastModified].join("-"),
      metadata: { filename: file.name, assignment: form.dataset.assignment },
      headers: { "X-CSRFToken": document.querySelector("meta[name=csrf]").content },
      onProgress: (sent, total) => {
        first ??= sent;
        part("bar").value = sent / total;
        const perSecond = (sent - first) / ((performance.now() - began) / 1000);
        const left = perSecond > 0 ? `, ${rest((total - sent) / perSecond)}` : "";
        part("said").textContent = `${size(sent)} of ${size(total)}${left}`;
      },
      onAfterResponse: (request, response) => {
        place = response.getHeader("Clavier-Submission") ?? place;
      },
      onError: failed,
      onSuccess: () => {
        part("said").textContent = "It is here. One moment…";
        window.location.assign(place ?? window.location.href);
      },
    });
    const [known] = await upload.findPreviousUploads();
    if (known) upload.resumeFromPreviousUpload(known);
    upload.start();
  };

  input.addEventListener("change", () => input.files[0] && send(input.files[0]));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files[0]) send(input.files[0]);
  });
  part("again").addEventListener("click", () => {
    part("again").hidden = true;
    part("said").textContent = "Going on…";
    upload.start();
  });
  part("cancel").addEventListener("click", async () => {
    await upload?.abort(true).catch(() => null); // what cannot be cancelled now expires by itself
    refuse("");
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

function size(bytes) {
  return bytes >= 1e9 ? `${(bytes / 1024 ** 3).toFixed(1)} GB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function rest(seconds) {
  if (seconds < 5) return "nearly there";
  return seconds < 60 ? `about ${Math.ceil(seconds / 5) * 5} s left` : `about ${Math.ceil(seconds / 60)} min left`;
}

for (const form of document.querySelectorAll("form[data-upload]")) start(form);
