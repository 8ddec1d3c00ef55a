/* Marks, remarks and their draft on one desk: composed here, each in a module of its own. */

import { bindAbstain } from "./abstain.mjs";
import { Draft } from "./draft.mjs";
import { House } from "./house.mjs";
import { collect, fill, same } from "./marks.mjs";
import { Notices } from "./notices.mjs";
import { Outbox } from "./outbox.mjs";
import { Phrases } from "./phrases.mjs";
import { Release } from "./release.mjs";
import { Remarks } from "./remarks.mjs";
import { Rubric } from "./rubric.mjs";
import { Voice } from "./voice.mjs";

// How often the page asks by itself whether a colleague has acted.
const LOOK_MS = 60_000;

export function bindRating(desk) {
  const { root, data } = desk;
  const form = root.querySelector("[data-rating]");
  const rubric = new Rubric(form, data);
  if (data.held) {
    desk.axis.mark(data.remarks, (index) => desk.player.seek(data.remarks[index].start));
    return;
  }
  const house = new House({ state: data.draft, teacher: data.teacher });
  const say = sayer(form.querySelector("[data-saved]"));
  const outbox = new Outbox(data.submission, data.teacher);
  const notices = new Notices(root, data.standing, ({ released }) => {
    form.elements.seen.value = released?.id ?? "";
  });
  const marks = () => collect(form, remarks.all);

  const voice = new Voice(root, {
    house,
    urls: { send: data.spoken, sound: data.sound, asked: data.asked },
    page: {
      say,
      speaks: () => remarks.pause(),
      writing: () => draft.writing(),
      heard: (key, spoken) => remarks.heard(key, spoken),
      refused: (spoken, sentence) => remarks.refused(spoken, sentence),
    },
  });
  const remarks = new Remarks(desk, data.remarks, {
    changed,
    writing: () => draft.writing(),
    takeVoice: () => voice.current,
    finishVoice: () => voice.finish(),
    letVoiceGo: (kept, next) => voice.letGo(kept, next),
    sound: (remark) => voice.player(remark),
  });
  new Phrases(root, { house, url: data.phrases });

  const draft = new Draft({
    url: data.draft,
    version: data.version,
    house,
    outbox,
    page: {
      say,
      marks,
      writing: () => remarks.halfWritten,
      standing: (standing) => notices.standing(standing),
      signedOut: (isOut, who) => notices.signedOut(isOut, who),
      conflict: choose,
    },
  });
  const release = new Release(form, {
    house,
    page: {
      say,
      before: ready,
      resume: () => draft.resume(),
      signedOut: (isOut, who) => notices.signedOut(isOut, who),
      released: () => outbox.forget(),
      refused(sentence, standing) {
        notices.refused(sentence);
        if (standing) {
          notices.standing(standing);
        }
      },
    },
  });

  function changed() {
    form.elements.remarks.value = JSON.stringify(remarks.all);
    release.hold();
    voice.sendAll(remarks.all);
    draft.changed();
  }

  /** Put marks on the page, remarks and all. */
  function show(marks) {
    fill(form, marks);
    remarks.replace(marks.remarks ?? []);
    form.elements.remarks.value = JSON.stringify(remarks.all);
    rubric.draw();
  }

  async function choose(newer) {
    const names = Object.fromEntries(
      [...form.querySelectorAll("[data-weight]")].map((group) => [group.dataset.key, group.dataset.name]),
    );
    const chosen = await notices.choose(newer.sentence, marks(), newer.marks, names);
    form.elements.seen.value = newer.standing?.released?.id ?? "";
    if (chosen === "mine") {
      await draft.keepMine(newer.version);
    } else {
      show(newer.marks);
      draft.takeTheirs(newer.version);
    }
  }

  /** Before a release a half-written remark is taken, and every sound must be with the house. */
  async function ready() {
    notices.refused("");
    await voice.finish();
    remarks.keep();
    if (!(await voice.settled())) {
      notices.refused(gettext("A spoken remark is still on its way. Release once it has arrived."));
      return false;
    }
    await draft.end();
    form.elements.remarks.value = JSON.stringify(marks().remarks);
    return true;
  }

  /** What an earlier page could not send goes on here. */
  function restore() {
    const [left] = outbox.left();
    if (!left) {
      return;
    }
    const server = { ...marks(), remarks: data.remarks };
    draft.recall(left.unheard ?? []);
    const isNewer = left.version !== data.version && !same(left.marks, server) && !draft.isOwn(server);
    if (!same(left.marks, server)) {
      show(left.marks);
    }
    if (left.writing) {
      remarks.resume(left.writing);
    }
    outbox.adopt({ ...left, version: data.version });
    if (isNewer) {
      draft.tear();
      const sentence = gettext("What was kept in this browser is not what the house has.");
      choose({ sentence, marks: server, version: data.version, standing: data.standing });
    } else if (!same(left.marks, server)) {
      changed();
    } else if (!left.writing) {
      outbox.clear();
    }
  }

  async function look() {
    if (document.hidden || !draft.isClean) {
      return;
    }
    try {
      const now = await house.look();
      notices.signedOut(false);
      notices.standing(now.standing);
      if (now.version > draft.version && draft.isClean && !draft.isOwn(now.marks)) {
        draft.tear();
        await choose({ ...now, sentence: gettext("Another tab has changed this draft.") });
      }
    } catch {
      // the next save says what is wrong
    }
  }

  form.addEventListener("input", (event) => event.target.type !== "radio" && changed());
  form.addEventListener("change", (event) => event.target.type === "radio" && changed());
  window.addEventListener("focus", look);
  setInterval(look, LOOK_MS);
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
  desk.axis.onStretch?.((stretch) => remarks.beginStretch(stretch));
  remarks.replace(data.remarks);
  bindAbstain(root, house);
  bindKeys(desk.keys, { form, rubric, remarks, voice, data, say });
  form.querySelector("[data-trouble]")?.focus();
  restore();
  voice.sendAll(remarks.all);
}

function bindKeys(keys, { form, rubric, remarks, voice, data, say }) {
  const agree = () => {
    if (data.level !== null) {
      rubric.level = data.level;
      say(interpolate(gettext("Level %(level)s, as the model says"), { level: data.level }, true));
    }
  };
  const button = form.querySelector("[data-agree]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", agree);
  }
  for (let level = 1; level <= 10; level += 1) {
    keys.add({ act: `level-${level}`, key: String(level % 10), label: interpolate(gettext("set level %(level)s"), { level }, true), group: gettext("Marking"), run: () => (rubric.level = level) });
  }
  const acts = [
    ["agree", "a", gettext("agree with the model"), agree],
    ["remark", "r", gettext("a remark at this moment"), () => remarks.begin()],
    ["until", "u", gettext("let the remark last until this moment"), () => remarks.until()],
    ["speak", "s", gettext("speak a remark, and stop"), () => voice.toggle()],
    ["comment", "c", gettext("write the comment"), () => form.elements.comment.focus()],
    ["release", "Ctrl+Enter", gettext("release"), () => form.querySelector("[data-release]").click()],
  ];
  for (const [act, key, label, run] of acts) {
    keys.add({ act, key, label, group: gettext("Marking"), run });
  }
}

/** Writes into the live region, and only what is new. */
function sayer(region) {
  return (sentence, isTrouble = false) => {
    if (region.textContent !== sentence) {
      region.textContent = sentence;
    }
    region.classList.toggle("release__state--trouble", isTrouble);
  };
}
