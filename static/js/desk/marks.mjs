/* The marks on the page as one object (platform/reviews/marks.py is the twin), and the other way round. */

/** What the form says. Remarks that are only spoken are left out until the house has their sound. */
export function collect(form, remarks) {
  const values = new FormData(form);
  const number = (name) => (values.get(name) ? Number(values.get(name)) : null);
  const text = (name) => values.get(name) ?? "";
  const criteria = {};
  for (const { name } of form.elements) {
    if (name.startsWith("criterion-") && number(name) !== null) {
      criteria[name.slice("criterion-".length)] = number(name);
    }
  }
  return { level: number("level"), criteria, comment: text("comment"), reason: text("reason"), answer: text("answer"), remarks };
}

/** Put marks back into the form, all but the remarks. */
export function fill(form, marks) {
  choose(form, "level", marks.level);
  for (const name of new Set([...form.elements].map((element) => element.name))) {
    if (name.startsWith("criterion-")) {
      choose(form, name, marks.criteria?.[name.slice("criterion-".length)]);
    }
  }
  for (const name of ["comment", "reason", "answer"]) {
    if (form.elements[name]) {
      form.elements[name].value = marks[name] ?? "";
    }
  }
}

function choose(form, name, value) {
  for (const button of form.querySelectorAll(`input[name="${CSS.escape(name)}"]`)) {
    button.checked = button.value === String(value ?? "");
  }
}

/** As the house keeps a remark; `voice` is the key of a sound that still waits in this browser. */
export function sendable(remarks) {
  return remarks
    .filter(({ text, spoken }) => text || spoken)
    .map((remark) => Object.fromEntries(Object.entries(remark).filter(([name]) => name !== "voice")));
}

/** Whether two sets of marks say the same. */
export function same(one, other) {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}

function ordered(marks) {
  const remark = ({ start, end, text, mark, criterion, technique, spoken, voice }) => [
    start, end ?? null, text.trim(), mark || "", criterion || "", technique ?? null, spoken ?? null, voice ?? null,
  ];
  const criteria = Object.entries(marks.criteria ?? {}).sort();
  const texts = [marks.comment, marks.reason, marks.answer].map((text) => (text ?? "").trim());
  return [marks.level ?? null, criteria, texts, (marks.remarks ?? []).map(remark)];
}
