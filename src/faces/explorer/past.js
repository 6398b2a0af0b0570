// How does somebody find again what was asked before?
//
// Invariant: opening a question shows it and does not run it; what is shown is text, in a direction of its own.

import { make } from "./dom.js";
import { MOST } from "./history.js";
import { outline } from "./outline.js";

/** @import { Entry, History } from "./history.js" */
/** @typedef {{ panel: HTMLElement, title: HTMLElement, note: HTMLElement, list: HTMLElement, clear: HTMLButtonElement }} Parts */

/** The most characters of a title, and of variables. */
const LONGEST = 90;
const WHEN = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

export class Past {
  /**
   * @param {Parts} parts
   * @param {History} history
   * @param {(entry: Entry) => void} open
   */
  constructor(parts, history, open) {
    this.parts = parts;
    this.history = history;
    this.open = open;
    parts.panel.addEventListener("beforetoggle", (event) => event.newState === "open" && this.show());
    parts.clear.addEventListener("click", () => {
      history.clear();
      this.show();
      parts.title.focus();
    });
  }

  show() {
    const { list, note, clear } = this.parts;
    const entries = this.history.all();
    list.replaceChildren(...entries.map((entry, at) => this.row(entry, at)));
    clear.hidden = entries.length === 0;
    const kept = this.history.stored
      ? `The last ${MOST} questions that were run here, kept in this browser alone: query and variables, never the token.`
      : "This browser keeps nothing more for this page, so what is listed is forgotten when the page is closed.";
    note.textContent = entries.length ? kept : `Nothing was run yet. ${kept}`;
  }

  /**
   * @param {Entry} entry
   * @param {number} at
   */
  row(entry, at) {
    const title = titleOf(entry.query);
    const values = make("bdi", {}, short(entry.variables));
    const when = make("time", { datetime: new Date(entry.at).toISOString() }, WHEN.format(entry.at));
    const about = make("span", {}, when, entry.variables.trim() ? " · " : "", values);
    const open = () => {
      this.parts.panel.hidePopover();
      this.open(entry);
    };
    const remove = () => {
      this.history.remove(entry);
      this.show();
      // The next question takes the place of the one that is gone.
      const buttons = this.parts.list.querySelectorAll("button.remove");
      const next = buttons[Math.min(at, buttons.length - 1)] ?? this.parts.title;
      if (next instanceof HTMLElement) next.focus();
    };
    return make(
      "li",
      {},
      make("button", { class: "past", on: { click: open } }, make("strong", {}, make("bdi", {}, title)), about),
      make("button", { class: "remove", "aria-label": `Remove ${title}`, on: { click: remove } }, "Remove"),
    );
  }
}

/** @param {string} text */
function short(text) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)} …` : line;
}

/**
 * The names of a document's operations, or how it begins.
 * @param {string} query
 */
function titleOf(query) {
  const named = outline(query, null).operations.filter(({ name }) => name);
  return short(named.map(({ word, name }) => `${word} ${name}`).join(", ") || query);
}
