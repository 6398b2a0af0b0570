// How does a plain text area become an editor with line numbers, colours and help with brackets?
//
// Invariant: the text area stays the one that holds the text, so that undo, input methods and screen readers work as in
// any other; colours and numbers are drawn around it and hidden from assistive technology.

import { make, paint } from "./dom.js";

const CLOSERS = { "{": "}", "(": ")", "[": "]" };
const INDENT = "  ";

export class Editor {
  /** `pieces` gives a text in coloured pieces; `changed` is called after each change. */
  constructor(area, pieces, changed) {
    Object.assign(this, { area, pieces, changed, markers: new Map(), leaving: false, numbers: 0 });
    this.gutter = make("div", { class: "gutter", "aria-hidden": "true" });
    this.paper = make("pre", { class: "paper", "aria-hidden": "true" });
    this.frame = make("div", { class: "editor" });
    area.before(this.frame);
    this.frame.append(this.gutter, make("div", { class: "sheet" }, this.paper, area));
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

  get cursor() {
    return this.area.selectionStart;
  }

  /** Replaces the whole text. */
  set text(text) {
    if (text !== this.text) this.replace(0, this.text.length, text);
    this.frame.scrollLeft = 0;
  }

  /** Replaces a range in a way that can be undone, and puts the cursor at an offset within what is new. */
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
    if (focused !== document.body && focused !== this.area) focused?.focus({ preventScroll: true });
    this.draw(true);
  }

  /** Brackets in pairs, and the indentation of a new line. */
  help(event) {
    if (this.busy) return;
    const { selectionStart: start, selectionEnd: end } = this.area;
    const [before, after] = [this.text[start - 1], this.text[end]];
    const instead = (from, to, text, cursor) => {
      event.preventDefault();
      this.replace(from, to, text, cursor);
    };
    if (event.inputType === "insertText" && CLOSERS[event.data] && start === end) {
      if (!after || /[\s)}\]]/.test(after)) instead(start, end, event.data + CLOSERS[event.data], 1);
    } else if (event.inputType === "insertText" && ")}]".includes(event.data ?? " ") && event.data === after) {
      event.preventDefault();
      this.area.setSelectionRange(end + 1, end + 1);
    } else if (event.inputType === "deleteContentBackward" && start === end && CLOSERS[before] === after && before) {
      instead(start - 1, end + 1, "");
    } else if (event.inputType === "insertLineBreak") {
      const indent = /^ */.exec(this.lineBefore(start))[0];
      const opened = CLOSERS[before];
      const first = `\n${indent}${opened ? INDENT : ""}`;
      const last = opened && opened === after ? `\n${indent}` : "";
      instead(start, end, first + last, first.length);
    }
  }

  lineBefore(offset) {
    return this.text.slice(this.text.lastIndexOf("\n", offset - 1) + 1, offset);
  }

  /** Tab indents, unless Escape came before it: a keyboard must be able to leave. */
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

  /** Marks lines, from 1, as wrong, each with what is wrong there. */
  mark(markers) {
    this.markers = markers;
    this.draw(false);
  }

  /** Moves the cursor to a line and column, both from 1, and shows it. */
  goTo(line, column) {
    const lines = this.text.split("\n");
    const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    const offset = Math.min(before + Math.min(column - 1, lines[line - 1]?.length ?? 0), this.text.length);
    this.area.focus();
    this.area.setSelectionRange(offset, offset);
    this.gutter.children[Math.min(line, lines.length) - 1].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Where the character at an offset is on the screen, for what is shown beside it. */
  place(offset) {
    const box = this.area.getBoundingClientRect();
    const style = getComputedStyle(this.area);
    const lineHeight = parseFloat(style.lineHeight);
    this.ruler ??= this.frame.appendChild(make("span", { class: "ruler", "aria-hidden": "true" }, "0".repeat(100)));
    const width = this.ruler.getBoundingClientRect().width / 100;
    const lines = this.text.slice(0, offset).split("\n");
    const top = box.top + parseFloat(style.paddingTop) + (lines.length - 1) * lineHeight;
    return { left: box.left + parseFloat(style.paddingLeft) + lines.at(-1).length * width, top, bottom: top + lineHeight };
  }

  draw(typed) {
    // What was said about lines is no longer true of them once the text has changed.
    if (typed) this.markers = new Map();
    const count = this.text.split("\n").length;
    const marked = [...this.markers.keys()].join();
    if (count !== this.numbers || marked !== this.marked) {
      const numbers = Array.from({ length: count }, (_, at) => {
        const wrong = this.markers.get(at + 1);
        return make("span", { class: wrong ? "wrong" : null, title: wrong }, String(at + 1));
      });
      this.gutter.replaceChildren(...numbers);
      Object.assign(this, { numbers: count, marked });
    }
    if (marked) this.area.setAttribute("aria-invalid", "true");
    else this.area.removeAttribute("aria-invalid");
    paint(this.paper, [...this.pieces(this.text), { kind: "", text: "\n" }]);
    if (typed) this.changed?.();
  }
}
