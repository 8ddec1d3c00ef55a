/* The desk: picture, evidence, marks and remarks over one clock. Everything works by keyboard. */

import { Axis } from "./desk/axis.mjs";
import { Draft } from "./desk/draft.mjs";
import { bindFrame } from "./desk/frame.mjs";
import { bindKeys } from "./desk/keys.mjs";
import { Player } from "./desk/player.mjs";
import { Remarks } from "./desk/remarks.mjs";

const data = JSON.parse(document.getElementById("desk-data").textContent);
const root = document.querySelector("[data-desk]");
const form = root.querySelector("[data-rating]");
const saved = form.querySelector("[data-saved]");
const release = form.querySelector("[data-release]");
const remarksField = form.querySelector("[data-remarks-field]");

const player = new Player(root, data);
const axis = new Axis(root.querySelector("[data-time-axis]"), player, data.windows);
const remarks = new Remarks(root, player, data.remarks, (all) => {
  marked(all);
  draft.changed();
});
const draft = new Draft({ url: data.draft, version: data.version, collect, say });

function marked(all) {
  remarksField.value = JSON.stringify(all);
  axis.mark(all, (index) => remarks.open(index));
}

function collect() {
  const values = new FormData(form);
  const number = (name) => (values.get(name) ? Number(values.get(name)) : null);
  const criteria = {};
  for (const name of values.keys()) {
    if (name.startsWith("criterion-")) {
      criteria[name.slice("criterion-".length)] = number(name);
    }
  }
  const text = (name) => values.get(name) ?? "";
  return {
    level: number("level"),
    criteria,
    comment: text("comment"),
    reason: text("reason"),
    answer: text("answer"),
    remarks: remarks.all,
  };
}

function say(sentence, isTrouble = false) {
  if (saved.textContent !== sentence) {
    saved.textContent = sentence;
  }
  saved.classList.toggle("release__state--trouble", isTrouble);
}

function setLevel(level) {
  const key = form.querySelector(`input[name="level"][value="${level}"]`);
  if (key) {
    key.checked = true;
    key.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function agree() {
  if (data.level !== null) {
    setLevel(data.level);
    say(`Level ${data.level}, as the model says`);
  }
}

/* A reason may be given for another level than the model's, and must be where the level leaves its interval. */
function askForReason() {
  const level = collect().level;
  const outside = data.low !== null && level !== null && (level < data.low || level > data.high);
  const other = data.level !== null && level !== null && level !== data.level;
  const field = form.querySelector("[data-reason]");
  if (!field) {
    return;
  }
  const reason = field.querySelector("textarea");
  field.hidden = !other && !reason.value;
  field.querySelector("[data-reason-optional]").hidden = outside;
  reason.required = outside;
}

form.addEventListener("input", (event) => {
  if (event.target.type !== "radio") {
    draft.changed();
  }
});
form.addEventListener("change", (event) => {
  if (event.target.type === "radio") {
    askForReason();
    draft.changed();
  }
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  release.disabled = true;
  await draft.end();
  form.submit();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    window.location.reload();
  }
});

const agreeButton = form.querySelector("[data-agree]");
if (agreeButton) {
  agreeButton.hidden = false;
  agreeButton.addEventListener("click", agree);
}

marked(remarks.all);
askForReason();
form.querySelector("[data-trouble]")?.focus();
bindFrame(root);
bindKeys({ player, remarks, setLevel, agree, comment: form.elements.comment, release });
