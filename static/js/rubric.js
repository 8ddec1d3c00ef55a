/* A rubric: its words as on the desk, and its criteria put in order by dragging or by their buttons. */

import { Rubric } from "./desk/rubric.mjs";
import { Criteria } from "./lib/criteria.mjs";

for (const preview of document.querySelectorAll("[data-rubric-preview]")) {
  new Rubric(preview, { level: null, low: null, high: null });
}
document.querySelector("[data-preview]")?.focus();

const form = document.querySelector("[data-rubric]");
if (form) {
  new Criteria(form);
  let isChanged = false;
  form.addEventListener("input", () => { isChanged = true; });
  form.addEventListener("submit", () => { isChanged = false; });
  window.addEventListener("beforeunload", (event) => isChanged && event.preventDefault());
}
