/*
 * The criteria of a rubric's form: moved by buttons and by dragging, added from a template. Without this script the
 * same buttons send the form, and the house does it.
 */

export class Criteria {
  #form;
  #list;
  #said;

  constructor(form) {
    this.#form = form;
    this.#list = form.querySelector("[data-criteria]");
    this.#said = form.querySelector("[data-said]");
    form.addEventListener("click", (event) => this.#press(event));
    form.addEventListener("change", () => this.#look());
    this.#list.addEventListener("pointerdown", (event) => this.#drag(event));
    this.#look();
  }

  get #items() {
    return [...this.#list.children];
  }

  #press(event) {
    const move = event.target.closest("[data-move]");
    const add = event.target.closest("[data-add]");
    if (!move && !add) {
      return;
    }
    event.preventDefault();
    if (add) {
      this.#add();
      return;
    }
    const item = move.closest("[data-criterion]");
    this.#place(item, this.#items.indexOf(item) + Number(move.dataset.move));
    move.focus();
  }

  #place(item, place) {
    const others = this.#items.filter((other) => other !== item);
    if (place < 0 || place > others.length) {
      return;
    }
    others.splice(place, 0, item);
    this.#list.append(...others);
    this.#form.dispatchEvent(new Event("input"));
    this.#look();
    this.#said.textContent = interpolate(
      gettext("%(name)s is now %(place)s of %(all)s."),
      { name: nameOf(item), place: place + 1, all: this.#items.length },
      true,
    );
  }

  #add() {
    const total = this.#form.querySelector('[name="criteria-TOTAL_FORMS"]');
    const template = this.#form.querySelector("[data-line]");
    const holder = document.createElement("ol");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    const item = holder.firstElementChild;
    total.value = Number(total.value) + 1;
    this.#list.append(item);
    this.#look();
    item.querySelector('[name$="-name"]').focus();
  }

  /** What the page says follows from what is chosen: the order, the ends, what is retired. */
  #look() {
    const items = this.#items;
    items.forEach((item, place) => {
      item.querySelector("[data-order]").value = place + 1;
      item.querySelector("[data-grip]").hidden = items.length < 2;
      // Not `disabled`, which would take the focus away from whoever has just pressed it.
      item.querySelector('[data-move="-1"]').setAttribute("aria-disabled", String(place === 0));
      item.querySelector('[data-move="1"]').setAttribute("aria-disabled", String(place === items.length - 1));
      item.classList.toggle("is-retired", item.querySelector('[name$="-retired"]').checked);
    });
  }

  #drag(event) {
    const item = event.target.closest("[data-grip]")?.closest("[data-criterion]");
    if (!item) {
      return;
    }
    event.preventDefault();
    item.classList.add("is-dragged");
    const move = ({ clientY }) => {
      const others = this.#items.filter((other) => other !== item);
      const above = others.filter((other) => middleOf(other) < clientY).length;
      if (above !== this.#items.indexOf(item)) {
        this.#place(item, above);
      }
    };
    const end = () => {
      item.classList.remove("is-dragged");
      document.removeEventListener("pointermove", move);
    };
    document.addEventListener("pointermove", move);
    for (const way of ["pointerup", "pointercancel"]) {
      document.addEventListener(way, end, { once: true });
    }
  }
}

function nameOf(item) {
  return item.querySelector('[name$="-name"]').value || gettext("The criterion");
}

function middleOf(item) {
  const box = item.getBoundingClientRect();
  return box.top + box.height / 2;
}
