/* Remarks at moments or stretches: written, spoken, changed, deleted and brought back; kept in time's order. */

import { written } from "../lib/time.mjs";

export class Remarks {
  #desk;
  #page;
  #form;
  #list;
  #template;
  #fields;
  #start = 0;
  #end = null;
  #held = false;
  #editing = null;
  #resumes = false;
  #deleted = null;

  /** `page`: { changed(), writing(), takeVoice(), finishVoice(), letVoiceGo(), sound(remark) } — see rating.mjs. */
  constructor(desk, remarks, page) {
    this.#desk = desk;
    this.#page = page;
    this.#list = desk.root.querySelector("[data-remark-list]");
    this.#template = desk.root.querySelector("[data-remark-template]");
    this.#form = desk.root.querySelector("[data-remark-form]");
    this.#fields = this.#form.elements;
    this.text = this.#form.querySelector("[data-remark-text]");
    this.all = remarks;
    this.#bind();
    this.#draw();
    desk.player.onTime((now) => {
      if (!this.#held) {
        this.#start = now;
        this.#when();
      }
    });
  }

  /** Hold the present moment and go to the text; what is begun keeps the moment it was begun at. */
  begin() {
    if (!this.#isBegun) {
      this.#hold(this.#desk.player.now);
    }
    this.text.focus();
  }

  /** Writing and speaking hold the moment, and the player where the teacher likes it so. */
  pause() {
    if (!this.#held) {
      this.#hold(this.#desk.player.now);
    }
    const video = this.#desk.root.querySelector("[data-video]");
    if (this.#desk.data.settings.pause_while_writing && !video.paused) {
      video.pause();
      this.#resumes = true;
    }
  }

  /** A remark about this stretch, as it was dragged on the axis. */
  beginStretch({ start, end }) {
    this.#start = start;
    this.#end = end;
    this.#held = true;
    this.#when();
    this.text.focus();
  }

  /** Let the remark last until the present moment; the same again takes that back. */
  until() {
    const now = this.#desk.player.now;
    if (this.#end !== null) {
      this.#end = null;
    } else if (this.#held && now > this.#start) {
      this.#end = now;
    }
    this.#when();
    this.#page.writing();
  }

  open(index) {
    this.#desk.player.seek(this.all[index].start);
    this.#list.children[index].querySelector("[data-go]").focus({ preventScroll: true });
  }

  /** The remark that is being written or spoken, for the copy in the browser; null where there is none. */
  get halfWritten() {
    const remark = this.#remark();
    return isEmpty(remark) ? null : { ...remark, text: this.text.value, editing: this.#editing };
  }

  /** What was half written goes on where it stopped. */
  resume({ editing, ...remark }) {
    this.#editing = editing !== null && editing < this.all.length ? editing : null;
    this.#put(remark);
  }

  replace(remarks) {
    this.all = remarks;
    this.#draw();
    this.#desk.axis.mark(this.all, (index) => this.open(index));
  }

  /** Take what stands in the form as a remark; false where it is empty. */
  keep() {
    const remark = this.#remark();
    if (isEmpty(remark)) {
      return false;
    }
    const others = this.all.filter((_, index) => index !== this.#editing);
    this.#page.letVoiceGo(true);
    this.#clear();
    this.#set([...others, remark]);
    return true;
  }

  /** The house has the sound of a remark now, or refused it (`spoken` is null). */
  heard(voice, spoken) {
    const arrived = ({ voice: key, ...remark }) => (key === voice ? { ...remark, ...(spoken && { spoken }) } : { ...remark, ...(key && { voice: key }) });
    this.#set(this.all.map(arrived).filter((remark) => !isEmpty(remark)));
  }

  /** What was spoken here cannot be played: said at once, while the teacher still knows what it was. */
  refused(spoken, sentence) {
    const remark = this.all.find((one) => one.spoken === spoken);
    if (remark) {
      this.#tell(interpolate(gettext("What you spoke at %(when)s cannot be played. %(why)s"), { when: stretch(remark), why: sentence }, true));
    }
  }

  #remark() {
    const { voice, spoken } = this.#page.takeVoice();
    return tidy({
      start: round(this.#start),
      end: this.#end === null ? null : round(this.#end),
      text: this.text.value.trim(),
      mark: this.#form.querySelector("[name='mark']:checked").value,
      criterion: this.#fields["remark-criterion"]?.value,
      technique: Number(this.#fields["remark-technique"]?.value),
      voice,
      spoken,
    });
  }

  get #isBegun() {
    return this.#editing !== null || this.#end !== null || !isEmpty(this.#remark());
  }

  #bind() {
    const { player } = this.#desk;
    const press = (name, act) => this.#form.querySelector(`[data-remark-${name}]`).addEventListener("click", act);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("select") && !event.ctrlKey && !event.metaKey) {
        event.preventDefault(); // as in every other field
        this.#form.requestSubmit();
      }
    });
    this.#form.addEventListener("input", () => this.#page.writing());
    press("moment", () => {
      this.#hold(player.now);
      this.text.focus();
    });
    press("until", () => this.until());
    press("cancel", () => this.#cancel());
    this.text.addEventListener("focus", () => this.pause());
    this.text.addEventListener("blur", () => {
      if (!this.#isBegun) {
        this.#held = false;
      }
    });
    this.#fields["remark-technique"]?.addEventListener("change", (event) => {
      if (event.target.value && !this.#remark().mark) {
        this.#choose("technique");
      }
    });
  }

  #hold(moment) {
    this.#start = moment;
    if (this.#end !== null && this.#end <= moment) {
      this.#end = null;
    }
    this.#held = true;
    this.#when();
  }

  async #submit() {
    await this.#page.finishVoice();
    if (!this.keep()) {
      this.text.focus();
      return;
    }
    if (this.#resumes) {
      this.#resumes = false;
      this.#desk.root.querySelector("[data-video]").play().catch(() => {});
      this.text.blur();
    }
  }

  #cancel() {
    this.#page.letVoiceGo(false);
    this.#clear();
    this.#page.writing();
    this.text.focus();
  }

  #edit(index) {
    this.#editing = index;
    this.#put(this.all[index]);
    this.text.focus();
  }

  #put({ start, end, text, mark = "", criterion = "", technique = "", voice = null, spoken = null }) {
    this.#held = true;
    this.#start = start;
    this.#end = end;
    this.text.value = text;
    this.#choose(mark);
    this.#select("criterion", criterion);
    this.#select("technique", technique);
    this.#page.letVoiceGo(true, { voice, spoken });
    this.#label(this.#editing !== null);
    this.#when();
  }

  #delete(index) {
    this.#deleted = this.all[index];
    this.#clear();
    this.#set(this.all.filter((_, other) => other !== index));
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "button button--small";
    undo.textContent = gettext("Bring it back");
    undo.addEventListener("click", () => this.#undo());
    this.#tell(interpolate(gettext("The remark at %(moment)s is deleted."), { moment: written(this.#deleted.start) }, true), " ", undo);
    undo.focus();
  }

  #undo() {
    const back = this.#deleted;
    this.#set([...this.all, back]);
    this.#tell(interpolate(gettext("The remark at %(moment)s is back."), { moment: written(back.start) }, true));
    this.#list.children[this.all.indexOf(back)].querySelector("[data-go]").focus();
  }

  #clear() {
    this.#editing = null;
    this.#held = false;
    this.#end = null;
    this.#start = this.#desk.player.now;
    this.#form.reset();
    this.#label(false);
    this.#when();
  }

  #set(remarks) {
    this.#tell();
    this.replace([...remarks].sort((one, other) => one.start - other.start));
    this.#page.changed();
  }

  #tell(...said) {
    this.#desk.root.querySelector("[data-remark-said]").replaceChildren(...said);
  }

  #choose(mark) {
    this.#form.querySelector(`[name="mark"][value="${mark}"]`).checked = true;
  }

  #select(name, value) {
    const field = this.#fields[`remark-${name}`];
    if (field) {
      field.value = String(value ?? "");
    }
  }

  #label(isEditing) {
    this.#form.querySelector("[data-remark-submit]").textContent = isEditing ? gettext("Change") : gettext("Add");
    this.#form.querySelector("[data-remark-cancel]").hidden = !isEditing;
  }

  #when() {
    this.#form.querySelector("[data-remark-when]").textContent = stretch({ start: this.#start, end: this.#end });
    this.#form.querySelector("[data-remark-until]").setAttribute("aria-pressed", String(this.#end !== null));
  }

  #draw() {
    this.#list.replaceChildren(...this.all.map((remark, index) => this.#item(remark, index)));
  }

  #item(remark, index) {
    const item = this.#template.content.firstElementChild.cloneNode(true);
    const part = (name) => item.querySelector(`[data-${name}]`);
    const go = part("go");
    go.textContent = stretch(remark);
    go.setAttribute("aria-label", interpolate(gettext("Go to %(when)s"), { when: stretch(remark) }, true));
    go.addEventListener("click", () => this.#desk.player.seek(remark.start));
    part("text").textContent = remark.text;
    part("about").textContent = this.#about(remark);
    const kind = this.#form.querySelector(`[name="mark"][value="${remark.mark ?? ""}"]`)?.closest("label");
    if (remark.mark && kind) {
      part("mark").replaceChildren(...[...kind.querySelector("span").childNodes].map((node) => node.cloneNode(true)));
      part("mark").dataset.mark = remark.mark;
    }
    part("sound").replaceChildren(...this.#page.sound(remark));
    for (const [name, words, act] of [
      ["edit", gettext("Edit the remark at %(moment)s"), () => this.#edit(index)],
      ["delete", gettext("Delete the remark at %(moment)s"), () => this.#delete(index)],
    ]) {
      part(name).setAttribute("aria-label", interpolate(words, { moment: written(remark.start) }, true));
      part(name).addEventListener("click", act);
    }
    return item;
  }

  /** 'Touch · thumb under' */
  #about({ criterion, technique }) {
    const word = (name, value) => {
      const options = [...(this.#fields[`remark-${name}`]?.options ?? [])];
      return value ? options.find((option) => option.value === String(value))?.textContent : "";
    };
    return [word("criterion", criterion), word("technique", technique)].filter(Boolean).join(" · ");
  }
}

/** Neither written nor spoken. */
function isEmpty({ text, voice, spoken }) {
  return !text && !voice && !spoken;
}

/** What is empty is left out, as the house does it. */
function tidy(remark) {
  const always = ["start", "end", "text"];
  return Object.fromEntries(Object.entries(remark).filter(([name, value]) => value || always.includes(name)));
}

function round(seconds) {
  return Math.round(seconds * 1000) / 1000;
}

function stretch({ start, end }) {
  return end === null ? written(start) : `${written(start)}–${written(end)}`;
}
