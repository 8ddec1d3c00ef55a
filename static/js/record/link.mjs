/*
 * Where the browser cannot record, choosing a file is the one thing to do.
 *
 *   <a data-record-link>, and behind it the label of the file
 */

for (const link of document.querySelectorAll("[data-record-link]")) {
  if (window.MediaRecorder && navigator.mediaDevices) continue;
  link.nextElementSibling.classList.add("button--primary");
  link.remove();
}
