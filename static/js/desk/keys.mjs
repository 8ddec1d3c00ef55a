/* The keys of the desk. They rest while someone writes, and leave the browser's own keys alone. */

export function bindKeys({ player, remarks, setLevel, agree, comment, release }) {
  const help = document.querySelector("[data-help]");
  const opener = document.querySelector("[data-help-open]");
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());

  const acts = {
    " ": () => player.toggle(),
    ArrowLeft: () => player.by(-2),
    ArrowRight: () => player.by(2),
    ",": () => player.frames(-1),
    ".": () => player.frames(1),
    "-": () => player.faster(-1),
    "+": () => player.faster(1),
    "=": () => player.faster(1),
    "0": () => setLevel(10),
    a: () => agree(),
    r: () => remarks.begin(),
    u: () => remarks.until(),
    c: () => comment.focus(),
    "?": () => help.showModal(),
  };
  for (let level = 1; level <= 9; level += 1) {
    acts[String(level)] = () => setLevel(level);
  }

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      release.click();
      return;
    }
    if (event.key === "Escape" && isWriting(target)) {
      target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || isWriting(target)) {
      return;
    }
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || hasOwnUse(target, event.key)) {
      return;
    }
    event.preventDefault();
    act();
  });
}

function isWriting(target) {
  return target.matches("textarea, select, input:not([type='radio'], [type='checkbox'])");
}

/** Space presses a button, arrows move between the keys of a radio group. */
function hasOwnUse(target, key) {
  if (key === " ") {
    return target.matches("button, summary, a[href], input");
  }
  return key.startsWith("Arrow") && target.matches("input[type='radio']");
}
