// Asks only what concerns one's age: a young student for a guardian, everybody else what they agree to.

const form = document.querySelector("[data-consent-age]");
const born = form.querySelector("[name=born]");
const guardian = form.querySelector("[data-guardian]");
const decides = form.querySelector("[data-decides]");

function isYoung(date) {
  const ofAge = new Date(date);
  ofAge.setFullYear(ofAge.getFullYear() + Number(form.dataset.consentAge));
  return ofAge > new Date();
}

function show() {
  const date = born.valueAsDate;
  guardian.hidden = !date || !isYoung(date);
  decides.hidden = !date || isYoung(date);
}

born.addEventListener("input", show);
show();
