/* Remarks at moments or stretches: written, changed, deleted; kept in time's order. */

import { written } from "../lib/time.mjs";

export class Remarks {
  #player;
  #changed;
  #form;
  #list;
  #template;
  #start = 0;
  #end = null;
  #held = false;
  #editing = null;

  /** `changed` is called with the remarks after every change. */
  constructor(root, player, remarks, changed) {
    this.#player = player;
    this.#changed = changed;
    this.#list = root.querySelector("[data-remark-list]");
    this.#template = root.querySelector("[data-remark-template]");
    this.#form = root.querySelector("[data-remark-form]");
    this.text = this.#form.querySelector("[data-remark-text]");
    this.all = remarks;
    this.#bind();
    this.#draw();
    player.onTime((now) => {
      if (!this.#held) {
        this.#start = now;
        this.#when();
      }
    });
  }

  /** Hold the present moment and go to the text. */
  begin() {
    if (this.#editing === null) {
      this.#hold(this.#player.now);
    }
    this.text.focus();
  }

  /** Let the remark last until the present moment; the same again takes that back. */
  until() {
    const now = this.#player.now;
    if (this.#end !== null) {
      this.#end = null;
    } else if (this.#held && now > this.#start) {
      this.#end = now;
    }
    this.#when();
  }

  open(index) {
    this.#player.seek(this.all[index].start);
    this.#list.children[index].querySelector("[data-go]").focus({ preventScroll: true });
  }

  #bind() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#keep();
    });
    this.#form.querySelector("[data-remark-moment]").addEventListener("click", () => {
      this.#hold(this.#player.now);
      this.text.focus();
    });
    this.#form.querySelector("[data-remark-until]").addEventListener("click", () => this.until());
    this.#form.querySelector("[data-remark-cancel]").addEventListener("click", () => this.#clear());
    this.text.addEventListener("focus", () => {
      if (!this.#held) {
        this.#hold(this.#player.now);
      }
    });
    this.text.addEventListener("blur", () => {
      if (!this.text.value && this.#editing === null && this.#end === null) {
        this.#held = false;
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

  #keep() {
    const text = this.text.value.trim();
    if (!text) {
      this.text.focus();
      return;
    }
    const remark = { start: round(this.#start), end: this.#end === null ? null : round(this.#end), text };
    const others = this.all.filter((_, index) => index !== this.#editing);
    this.all = [...others, remark].sort((one, other) => one.start - other.start);
    this.#clear();
    this.#tell();
  }

  #edit(index) {
    const { start, end, text } = this.all[index];
    this.#editing = index;
    this.#held = true;
    this.#start = start;
    this.#end = end;
    this.text.value = text;
    this.#form.querySelector("[data-remark-submit]").textContent = "Change";
    this.#form.querySelector("[data-remark-cancel]").hidden = false;
    this.#when();
    this.text.focus();
  }

  #delete(index) {
    this.all = this.all.filter((_, other) => other !== index);
    this.#clear();
    this.#tell();
    this.text.focus();
  }

  #clear() {
    this.#editing = null;
    this.#held = false;
    this.#end = null;
    this.#start = this.#player.now;
    this.text.value = "";
    this.#form.querySelector("[data-remark-submit]").textContent = "Add";
    this.#form.querySelector("[data-remark-cancel]").hidden = true;
    this.#when();
  }

  #when() {
    this.#form.querySelector("[data-remark-when]").textContent = stretch({ start: this.#start, end: this.#end });
    this.#form.querySelector("[data-remark-until]").setAttribute("aria-pressed", String(this.#end !== null));
  }

  #tell() {
    this.#draw();
    this.#changed(this.all);
  }

  #draw() {
    this.#list.replaceChildren(
      ...this.all.map((remark, index) => {
        const item = this.#template.content.firstElementChild.cloneNode(true);
        const go = item.querySelector("[data-go]");
        go.textContent = stretch(remark);
        go.setAttribute("aria-label", `Go to ${written(remark.start)}`);
        go.addEventListener("click", () => this.#player.seek(remark.start));
        item.querySelector("[data-text]").textContent = remark.text;
        for (const [name, act] of [["edit", () => this.#edit(index)], ["delete", () => this.#delete(index)]]) {
          const button = item.querySelector(`[data-${name}]`);
          button.setAttribute("aria-label", `${button.textContent} the remark at ${written(remark.start)}`);
          button.addEventListener("click", act);
        }
        return item;
      }),
    );
  }
}

function round(seconds) {
  return Math.round(seconds * 1000) / 1000;
}

function stretch({ start, end }) {
  return end === null ? written(start) : `${written(start)}–${written(end)}`;
}
