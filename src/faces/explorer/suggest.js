// What could be written next?
//
// Invariant: typing goes on as if the list were not there; only the keys that choose from it are taken.

import { make, described } from "./dom.js";

/** @import { Offer, Offers } from "./cursor.js" */
/** @import { Editor } from "./editor.js" */

/** The most that are listed. */
const MOST = 60;
/** Typing one of these opens the list; in JSON a quote begins a name. */
const OPENS = { graphql: /[\w$@]$/, json: /[\w"]$/ };

export class Suggest {
  /**
   * @param {Editor} editor
   * @param {keyof OPENS} language
   * @param {(text: string, cursor: number) => Offers} offers
   * @param {(text: string) => void} say Tells a screen reader how many there are.
   */
  constructor(editor, language, offers, say) {
    this.editor = editor;
    this.opens = OPENS[language];
    this.offers = offers;
    this.say = say;
    /** @type {Offer[]} */
    this.items = [];
    this.active = 0;
    this.start = 0;
    this.end = 0;
    this.accepting = false;
    const { area } = editor;
    this.list = make("ul", { class: "suggestions", id: `${area.id}-suggestions`, role: "listbox", "aria-label": "Suggestions" });
    this.note = make("div", { class: "suggested" });
    this.box = make("div", { class: "suggest", hidden: true }, this.list, this.note);
    document.querySelector("main")?.append(this.box);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-haspopup", "listbox");
    area.addEventListener("input", (event) => this.typed(event instanceof InputEvent ? event.inputType : ""));
    // Before the editor's own listener, which must not see the keys that choose.
    area.addEventListener("keydown", (event) => this.key(event), { capture: true });
    area.addEventListener("blur", () => this.close());
    area.addEventListener("mousedown", () => this.close());
    // Typing at the end of a long line scrolls, so the list follows and does not close.
    editor.frame.addEventListener("scroll", () => this.follow());
    addEventListener("scroll", () => this.follow(), { passive: true });
    addEventListener("resize", () => this.close());
  }

  get shown() {
    return !this.box.hidden;
  }

  /** @param {string} how */
  typed(how) {
    const written = this.editor.text.slice(0, this.editor.cursor);
    if (how === "insertText" && !this.editor.busy && this.opens.test(written)) this.open();
    else if (this.shown && how.startsWith("delete") && this.opens.test(written)) this.open();
    else if (!this.accepting) this.close();
  }

  open() {
    const { start, end, items } = this.offers(this.editor.text, this.editor.cursor);
    const word = this.editor.text.slice(start, this.editor.cursor);
    // What is written already needs no list.
    if (items.length === 0 || (items.length === 1 && items[0].label === word)) {
      this.close();
      return;
    }
    const exact = Math.max(0, items.findIndex((item) => item.label === word));
    Object.assign(this, { items: items.slice(0, MOST), start, end, active: exact < MOST ? exact : 0 });
    this.list.replaceChildren(...this.items.map((item, at) => this.option(item, at)));
    this.note.hidden = !items.some(({ about }) => about);
    this.box.hidden = false;
    this.editor.area.setAttribute("aria-controls", this.list.id);
    this.put();
    this.choose(this.active);
    this.say(`${items.length} suggestions`);
  }

  /**
   * @param {Offer} item
   * @param {number} at
   */
  option(item, at) {
    const listeners = {
      // A click must not take the focus from the text.
      mousedown: (/** @type {MouseEvent} */ event) => event.preventDefault(),
      click: () => this.accept(at),
    };
    const parts = [make("span", { class: item.deprecated ? "old" : null }, item.label), make("span", { class: "of" }, item.type)];
    return make("li", { role: "option", id: `${this.list.id}-${at}`, "aria-selected": "false", on: listeners }, parts);
  }

  /** The text has moved, and so does the list. */
  follow() {
    if (this.shown) this.put();
  }

  /** Puts the list below the word, or above it where there is more room. */
  put() {
    const at = this.editor.place(this.start);
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const below = at.bottom + height + 4 <= innerHeight || at.top < innerHeight / 2;
    this.box.style.left = `${Math.max(4, Math.min(at.left, document.documentElement.clientWidth - width - 4))}px`;
    this.box.style.top = below ? `${at.bottom + 2}px` : `${Math.max(4, at.top - height - 2)}px`;
  }

  /** @param {number} at */
  choose(at) {
    this.active = (at + this.items.length) % this.items.length;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === this.active)));
    const option = this.list.children[this.active];
    option.scrollIntoView({ block: "nearest" });
    this.editor.area.setAttribute("aria-activedescendant", option.id);
    this.note.replaceChildren(described(this.items[this.active].about));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      this.open();
      return;
    }
    if (!this.shown || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = 8;
    const last = this.items.length - 1;
    const written = this.editor.text.slice(this.start, this.editor.cursor);
    if (event.key === "ArrowDown") this.choose(this.active + 1);
    else if (event.key === "ArrowUp") this.choose(this.active - 1);
    else if (event.key === "PageDown") this.choose(Math.min(this.active + page, last));
    else if (event.key === "PageUp") this.choose(Math.max(this.active - page, 0));
    else if (event.key === "Escape") this.close();
    // Whoever has written the whole word and presses Enter wants a new line.
    else if (event.key === "Enter" && this.items[this.active].insert === written) {
      this.close();
      return;
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.accept(this.active);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** @param {number} at */
  accept(at) {
    const { insert } = this.items[at];
    this.close();
    // `name: ` before a value that is there already would be one colon too many.
    const rest = this.editor.text.slice(this.end);
    const text = insert.endsWith(": ") && /^\s*:/.test(rest) ? insert.slice(0, -2) : insert;
    this.accepting = true;
    this.editor.replace(this.start, this.end, text);
    this.accepting = false;
    // An argument's value is often one of a few.
    if (text.endsWith(": ")) this.open();
  }

  close() {
    this.box.hidden = true;
    this.editor.area.removeAttribute("aria-controls");
    this.editor.area.removeAttribute("aria-activedescendant");
  }
}
