/* The filter is a sentence: choosing another word shows the other list; without scripts a button does it.
   Keys: n takes the next one, j and k go down and up, x ticks, Enter opens. */

const sentence = document.querySelector("[data-sentence]");

if (sentence) {
  sentence.addEventListener("change", show);
  sentence.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
}

function show() {
  const chosen = [...new FormData(sentence)].filter(([, value]) => value.trim() !== "");
  window.location.search = new URLSearchParams(chosen).toString();
}

const links = [...document.querySelectorAll("[data-open]")];

function step(by) {
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const to = at === -1 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1);
  links[to]?.focus();
}

function tick() {
  const box = document.activeElement.closest("tr")?.querySelector("input[type=checkbox]");
  box?.click();
}

const KEYS = {
  n: () => document.querySelector("[data-next]")?.requestSubmit(),
  j: () => step(1),
  k: () => step(-1),
  x: tick,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  if (!Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});

const accept = document.querySelector("[data-batch]");

if (accept) {
  const count = () => {
    accept.disabled = document.querySelectorAll("[name=pick]:checked").length === 0;
  };
  document.addEventListener("change", count);
  window.addEventListener("pageshow", count); // a box may still be ticked when one comes back
}
