/* What a teacher must know while she works: that she is signed out, that a colleague acted, that there are two versions. */

import { written } from "../lib/time.mjs";

export class Notices {
  #root;
  #known;
  #part;

  /** `standing` is how the recording stood when the page was made; `goOn(standing)`: she has seen the news and goes on. */
  constructor(root, standing, goOn) {
    this.#root = root.querySelector("[data-notices]");
    this.#part = (name) => this.#root.querySelector(`[data-${name}]`);
    this.#known = standing;
    this.#part("news-go-on").addEventListener("click", () => {
      this.#part("news").hidden = true;
      goOn(this.#known);
    });
  }

  signedOut(isOut, who = "") {
    const banner = this.#part("signed-out");
    if (banner.hidden === isOut || banner.dataset.who !== who) {
      banner.hidden = !isOut;
      banner.dataset.who = who;
      this.#part("signed-out-why").textContent = who ? gettext("Somebody else has signed in.") : gettext("You are signed out.");
    }
  }

  /** Why it was not released; nothing takes that away. */
  refused(sentence) {
    this.#part("refused-why").textContent = sentence;
    this.#part("refused").hidden = !sentence;
  }

  /** Say what is new since the page was made or since it was last said. */
  standing(standing) {
    const news = Object.entries(standing).filter(([name, fact]) => fact && fact.id !== this.#known[name]?.id);
    this.#known = standing;
    if (news.length) {
      this.#part("news-said").textContent = news.map(([, fact]) => fact.sentence).join(" ");
      this.#part("news").hidden = false;
    }
  }

  /** Both versions side by side; gives 'mine' or 'theirs'. */
  choose(sentence, mine, theirs, labels) {
    const panel = this.#part("versions");
    this.#part("versions-said").textContent = sentence;
    this.#part("versions-rows").replaceChildren(...differences(mine, theirs, labels).map(row));
    panel.hidden = false;
    panel.focus();
    return new Promise((resolve) => {
      const choice = (name) => {
        panel.hidden = true;
        resolve(name);
      };
      this.#part("versions-theirs").onclick = () => choice("theirs");
      this.#part("versions-mine").onclick = () => choice("mine");
    });
  }
}

/** [what, here, there] of everything in which two versions differ. */
function differences(mine, theirs, labels) {
  const parts = (marks) => ({
    [gettext("Your level")]: marks.level ?? "",
    ...Object.fromEntries(Object.entries(labels).map(([key, name]) => [name, marks.criteria?.[key] ?? ""])),
    [gettext("Reason")]: marks.reason ?? "",
    [gettext("Comment")]: marks.comment ?? "",
    [gettext("Answer")]: marks.answer ?? "",
    [gettext("Remarks")]: (marks.remarks ?? []).map(({ start, text }) => `${written(start)} ${text || gettext("spoken")}`).join("\n"),
  });
  const [here, there] = [parts(mine), parts(theirs)];
  return Object.keys(here)
    .filter((name) => String(here[name]).trim() !== String(there[name]).trim())
    .map((name) => [name, here[name], there[name]]);
}

function row(cells) {
  const line = document.createElement("tr");
  cells.forEach((text, column) => {
    const cell = document.createElement(column ? "td" : "th");
    if (!column) {
      cell.scope = "row";
    }
    cell.textContent = text === "" ? "–" : text;
    line.append(cell);
  });
  return line;
}
