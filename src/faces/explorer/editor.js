// How does a plain text area become an editor with line numbers, colours and help with brackets?
//
// Invariant: the text area stays the one that holds the text, so that undo, input methods and screen readers work as in
// any other; colours and numbers are drawn around it and hidden from assistive technology.

import { indentOf, make, paint } from "./dom.js";
import { closer } from "./language.js";

/** @import { Piece } from "./dom.js" */
/** @typedef {{ line: number, column: number, message: string }} Mark Where something is wrong, both from 1. */

const INDENT = "  ";

export class Editor {
  /**
   * @param {HTMLTextAreaElement} area
   * @param {(text: string) => Piece[]} pieces Gives a text in coloured pieces.
   * @param {() => void} changed Is called after each change.
   */
  constructor(area, pieces, changed) {
    this.area = area;
    this.pieces = pieces;
    this.changed = changed;
    /** @type {Mark[]} */
    this.marks = [];
    this.leaving = false;
    this.busy = false;
    this.numbers = 0;
    this.marked = "";
    this.gutter = make("div", { class: "gutter", "aria-hidden": "true" });
    this.paper = make("pre", { class: "paper", "aria-hidden": "true" });
    this.frame = make("div", { class: "editor" });
    // It is as wide as a hundred letters, and must not make anything scroll.
    this.ruler = make("span", { class: "ruler", "aria-hidden": "true" }, "0".repeat(100));
    area.before(this.frame);
    this.frame.append(this.gutter, make("div", { class: "sheet" }, this.paper, area), this.ruler);
    area.addEventListener("input", () => this.draw(true));
    area.addEventListener("beforeinput", (event) => this.help(event));
    area.addEventListener("keydown", (event) => this.key(event));
    area.addEventListener("focus", () => (this.leaving = false));
    // Empty space below the text belongs to the editor as well.
    this.frame.addEventListener("mousedown", (event) => {
      if (event.target === this.frame) setTimeout(() => area.focus());
    });
    this.draw(false);
  }

  get text() {
    return this.area.value;
  }

  /**
   * The whole text. Setting it replaces what was there.
   * @param {string} text
   */
  set text(text) {
    if (text !== this.text) this.replace(0, this.text.length, text);
    this.frame.scrollLeft = 0;
  }

  get cursor() {
    return this.area.selectionStart;
  }

  /**
   * Replaces a range in a way that can be undone, and puts the cursor at an offset within what is new.
   * @param {number} start
   * @param {number} end
   * @param {string} text
   */
  replace(start, end, text, cursor = text.length) {
    // With nothing to delete, the browser's command would delete what is before the cursor.
    if (start === end && !text) return;
    const focused = document.activeElement;
    if (focused === document.body) {
      // Nobody is anywhere yet, and a keyboard shall begin at the top of the page, not here.
      this.area.setRangeText(text, start, end, "end");
    } else {
      this.area.focus({ preventScroll: true });
      this.area.setSelectionRange(start, end);
      // Nothing else keeps the browser's own undo; where it is gone one day, the text is replaced all the same.
      this.busy = true;
      const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
      this.busy = false;
      if (!done) this.area.setRangeText(text, start, end, "end");
    }
    this.area.setSelectionRange(start + cursor, start + cursor);
    const elsewhere = focused instanceof HTMLElement && focused !== document.body && focused !== this.area;
    if (elsewhere) focused.focus({ preventScroll: true });
    this.draw(true);
  }

  /**
   * Brackets in pairs, and the indentation of a new line.
   * @param {InputEvent} event
   */
  help(event) {
    if (this.busy) return;
    const { selectionStart: start, selectionEnd: end } = this.area;
    const [before, after] = [this.text[start - 1], this.text[end]];
    /**
     * @param {number} from
     * @param {number} to
     * @param {string} text
     * @param {number} [cursor]
     */
    const instead = (from, to, text, cursor) => {
      event.preventDefault();
      this.replace(from, to, text, cursor);
    };
    const written = event.data ?? "";
    const closes = closer(written);
    if (event.inputType === "insertText" && closes && start === end) {
      if (!after || /[\s)}\]]/.test(after)) instead(start, end, written + closes, 1);
    } else if (event.inputType === "insertText" && [")", "}", "]"].includes(written) && written === after) {
      event.preventDefault();
      this.area.setSelectionRange(end + 1, end + 1);
    } else if (event.inputType === "deleteContentBackward" && start === end && before && closer(before) === after) {
      instead(start - 1, end + 1, "");
    } else if (event.inputType === "insertLineBreak") {
      const indent = " ".repeat(indentOf(this.lineBefore(start)));
      const opened = closer(before);
      const first = `\n${indent}${opened ? INDENT : ""}`;
      const last = opened && opened === after ? `\n${indent}` : "";
      instead(start, end, first + last, first.length);
    }
  }

  /** @param {number} offset */
  lineBefore(offset) {
    return this.text.slice(this.text.lastIndexOf("\n", offset - 1) + 1, offset);
  }

  /**
   * Tab indents, unless Escape came before it: a keyboard must be able to leave.
   * @param {KeyboardEvent} event
   */
  key(event) {
    if (event.key === "Escape") this.leaving = true;
    else if (event.key !== "Tab" && event.key !== "Shift") this.leaving = false;
    if (event.key !== "Tab" || event.defaultPrevented || this.leaving || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const { selectionStart: start, selectionEnd: end } = this.area;
    const from = this.text.lastIndexOf("\n", start - 1) + 1;
    if (start === end && !event.shiftKey) {
      this.replace(start, end, INDENT);
      return;
    }
    const lines = this.text.slice(from, end).split("\n");
    const moved = lines.map((line) => (event.shiftKey ? line.replace(/^ {1,2}/, "") : INDENT + line)).join("\n");
    const shift = moved.length - (end - from);
    this.replace(from, end, moved);
    this.area.setSelectionRange(start === end ? Math.max(from, end + shift) : from, end + shift);
  }

  /**
   * Marks places as wrong, each with what is wrong there.
   * @param {Mark[]} marks
   */
  mark(marks) {
    if (!marks.length && !this.marks.length) return;
    this.marks = marks;
    this.draw(false);
  }

  /**
   * Where a line and column, both from 1, are in the text.
   * @param {string[]} lines
   * @param {number} line
   * @param {number} column
   */
  offset(lines, line, column) {
    const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    return Math.min(before + Math.min(column - 1, lines[line - 1]?.length ?? 0), this.text.length);
  }

  /**
   * Moves the cursor to a line and column, both from 1, and shows it.
   * @param {number} line
   * @param {number} column
   */
  goTo(line, column) {
    const lines = this.text.split("\n");
    const offset = this.offset(lines, line, column);
    this.area.focus();
    this.area.setSelectionRange(offset, offset);
    this.gutter.children[Math.min(line, lines.length) - 1]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /**
   * Where the character at an offset is on the screen, for what is shown beside it.
   * @param {number} offset
   */
  place(offset) {
    const box = this.area.getBoundingClientRect();
    const style = getComputedStyle(this.area);
    const lineHeight = parseFloat(style.lineHeight);
    const width = this.ruler.getBoundingClientRect().width / 100;
    const lines = this.text.slice(0, offset).split("\n");
    const top = box.top + parseFloat(style.paddingTop) + (lines.length - 1) * lineHeight;
    return { left: box.left + parseFloat(style.paddingLeft) + (lines.at(-1) ?? "").length * width, top, bottom: top + lineHeight };
  }

  /** @param {boolean} typed */
  draw(typed) {
    // What was said about lines is no longer true of them once the text has changed.
    if (typed) this.marks = [];
    const lines = this.text.split("\n");
    const marked = JSON.stringify(this.marks);
    if (lines.length !== this.numbers || marked !== this.marked) {
      const numbers = lines.map((_, at) => {
        const wrong = this.marks.filter(({ line }) => line === at + 1).map(({ message }) => message);
        return make("span", { class: wrong.length ? "wrong" : null, title: wrong.join("\n") || null }, String(at + 1));
      });
      this.gutter.replaceChildren(...numbers);
      Object.assign(this, { numbers: lines.length, marked });
    }
    if (this.marks.length) this.area.setAttribute("aria-invalid", "true");
    else this.area.removeAttribute("aria-invalid");
    const places = this.marks.map(({ line, column }) => this.offset(lines, line, column));
    paint(this.paper, [...underlined(this.pieces(this.text), places), { kind: "", text: "\n" }]);
    if (typed) this.changed();
  }
}

/**
 * Pieces of which those at some offsets are underlined.
 * @param {Piece[]} pieces
 * @param {number[]} places
 */
function underlined(pieces, places) {
  if (!places.length) return pieces;
  let end = 0;
  return pieces.map((piece) => {
    const start = end;
    end += piece.text.length;
    const wrong = piece.kind && places.some((place) => start <= place && place < end);
    return wrong ? { ...piece, kind: `${piece.kind} wrong` } : piece;
  });
}
