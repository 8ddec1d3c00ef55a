/*
 * Sends a recording by the tus protocol: in parts, on from where it stopped after a lost connection, by itself when the
 * line is back, and after a closed page when the same file is given again.
 *
 *   sending({ endpoint, assignment, file, name, fingerprint, onProgress, onLost, onRefused, onDone })
 *     → { start(), stop(), cancel() }
 *
 * `file` is a File or a Blob; a Blob needs a `name`, and a `fingerprint` by which it is found again.
 * onProgress({ sent, total, perSecond, left }): bytes, bytes a second and seconds; the last two are 0 until measured
 * onLost(): the line is gone; it is tried again without being asked.  onRefused(sentence): it is not taken, and why
 * onDone(address): it is handed in, and where it stands
 *
 * Needs tus-js-client (window.tus).
 */

import { Speed } from "./speed.mjs";

const PART_BYTES = 8 * 1024 * 1024; // as much as the server reads of a part that it refuses (submissions/views/tus.py)
const RETRY_MS = [0, 1000, 3000, 5000, 10000, 20000];
const LATER_MS = 30_000; // after that the line counts as lost, and is tried again so often
const FULL = 507; // no room on the server's disk
const PASSING = [408, 409, 423, 425, 429]; // of the refusals those that pass by themselves

export function sending({ endpoint, assignment, file, name = file.name, fingerprint, onProgress, onLost, onRefused, onDone }) {
  const speed = new Speed();
  let upload = null;
  let place = null;
  let going = false;
  let later = 0;

  const failed = (error) => {
    if (!going) return;
    const sentence = refusal(error);
    if (sentence) {
      stop();
      onRefused(sentence);
      return;
    }
    onLost();
    later = setTimeout(again, LATER_MS);
    window.addEventListener("online", again);
    document.addEventListener("visibilitychange", again);
  };

  const again = () => {
    if (document.hidden || !navigator.onLine) return;
    rest();
    speed.forget();
    upload.start();
  };

  /** Waits for nothing any more. */
  const rest = () => {
    clearTimeout(later);
    window.removeEventListener("online", again);
    document.removeEventListener("visibilitychange", again);
  };

  const make = async () => {
    const made = new window.tus.Upload(file, {
      endpoint,
      chunkSize: PART_BYTES,
      retryDelays: RETRY_MS,
      removeFingerprintOnSuccess: true,
      fingerprint: async () => fingerprint ?? ["clavier", assignment, name, file.size, file.lastModified].join("-"),
      metadata: { filename: name, assignment: String(assignment) },
      headers: { "X-CSRFToken": document.querySelector("meta[name=csrf]").content },
      onProgress: (sent, total) => onProgress({ sent, total, ...speed.at(sent, total) }),
      onAfterResponse: (request, response) => {
        place = response.getHeader("Clavier-Submission") ?? place;
      },
      onError: failed,
      onSuccess: () => {
        stop();
        onDone(place ?? window.location.href);
      },
    });
    const [known] = await made.findPreviousUploads();
    if (known) made.resumeFromPreviousUpload(known);
    return made;
  };

  async function start() {
    going = true;
    rest();
    speed.forget();
    upload ??= await make();
    if (going) upload.start();
  }

  function stop() {
    going = false;
    rest();
    return upload?.abort();
  }

  async function cancel() {
    stop();
    await upload?.abort(true).catch(() => null); // what cannot be cancelled now expires by itself
    upload = null;
  }

  return { start, stop, cancel };
}

/** Why the server does not take it, in a sentence; '' where trying again helps. */
function refusal(error) {
  const answer = error.originalResponse;
  if (!error.originalRequest) return gettext("This file cannot be read any more. Please choose it again.");
  const status = answer?.getStatus() ?? 0;
  if (!status || (status >= 500 && status !== FULL) || PASSING.includes(status)) return "";
  const isSentence = answer.getHeader("Content-Type")?.startsWith("text/plain");
  if (status >= 400 && isSentence) return answer.getBody() || gettext("The file was not taken.");
  // A page instead of an answer of the protocol: to sign in, or that the form is stale.
  return gettext("You are signed out by now. Please load this page again and choose the same file: it goes on where it stopped.");
}
