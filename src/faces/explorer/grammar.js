// Is a text a whole GraphQL document, and if not, which word of it does not fit?
//
// Invariant: this knows the grammar of operations and fragments and nothing of the schema; no text makes it throw.

import { tokens } from "./language.js";

/** @import { Token } from "./language.js" */

/** Deeper nesting counts as wrong: the server takes less, and the stack of a browser ends somewhere. */
const DEPTH = 200;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const STRING = /^"(\\.|[^"\\])*"$/;
const BLOCK = /^"""(\\"""|[^])*?"""$/;

/** Each of its methods reads on where a part of the grammar is, and stays at the word that does not fit where it is not. */
class Reader {
  /** @param {Token[]} found */
  constructor(found) {
    this.found = found;
    this.at = 0;
    this.depth = 0;
  }

  /** @param {string} kind */
  kind(kind) {
    const fits = this.found[this.at]?.kind === kind;
    if (fits) this.at += 1;
    return fits;
  }

  /** @param {string} text */
  word(text) {
    const token = this.found[this.at];
    const fits = (token?.kind === "mark" || token?.kind === "name") && token.text === text;
    if (fits) this.at += 1;
    return fits;
  }

  /** @param {RegExp} pattern */
  whole(pattern) {
    return pattern.test(this.found[this.at]?.text ?? "");
  }

  /**
   * What is nested in something else.
   * @param {() => boolean} part
   */
  nested(part) {
    this.depth += 1;
    const fits = this.depth < DEPTH && part();
    this.depth -= 1;
    return fits;
  }

  /**
   * Parts between brackets, at least so many.
   * @param {string} open
   * @param {() => boolean} part
   * @param {string} close
   */
  many(open, part, close, least = 1) {
    if (!this.word(open)) return false;
    for (let read = 0; read < least || !this.word(close); read += 1) if (!part()) return false;
    return true;
  }

  document() {
    while (this.definition()) if (this.at === this.found.length) return true;
    return false;
  }

  definition() {
    if (this.found[this.at]?.text === "{") return this.selections();
    if (this.word("fragment")) {
      const named = this.found[this.at]?.text !== "on" && this.kind("name");
      return named && this.word("on") && this.kind("name") && this.directives() && this.selections();
    }
    if (!this.word("query") && !this.word("mutation") && !this.word("subscription")) return false;
    this.kind("name");
    return this.ifOpen("(", () => this.many("(", () => this.variable(), ")")) && this.directives() && this.selections();
  }

  /**
   * What may be left out, and must fit where its bracket stands.
   * @param {string} open
   * @param {() => boolean} part
   */
  ifOpen(open, part) {
    return this.found[this.at]?.text !== open || part();
  }

  variable() {
    if (!this.dollar() || !this.word(":") || !this.type()) return false;
    return (!this.word("=") || this.value()) && this.directives();
  }

  dollar() {
    return this.whole(/^\$\w/) && this.kind("variable");
  }

  /** @returns {boolean} */
  type() {
    const fits = this.word("[") ? this.nested(() => this.type()) && this.word("]") : this.kind("name");
    if (fits) this.word("!");
    return fits;
  }

  directives() {
    while (this.found[this.at]?.kind === "directive") {
      if (!this.whole(/^@\w/) || !this.kind("directive") || !this.given()) return false;
    }
    return true;
  }

  given() {
    return this.ifOpen("(", () => this.many("(", () => this.pair(), ")"));
  }

  pair() {
    return this.kind("name") && this.word(":") && this.value();
  }

  /** @returns {boolean} */
  value() {
    const token = this.found[this.at];
    if (token?.text === "[") return this.nested(() => this.many("[", () => this.value(), "]", 0));
    if (token?.text === "{") return this.nested(() => this.many("{", () => this.pair(), "}", 0));
    if (token?.kind === "variable") return this.dollar();
    if (token?.kind === "number") return this.whole(NUMBER) && this.kind("number");
    if (token?.kind === "string") return this.whole(STRING) && this.kind("string");
    if (token?.kind === "block") return this.whole(BLOCK) && this.kind("block");
    return this.kind("name");
  }

  /** @returns {boolean} */
  selections() {
    return this.nested(() => this.many("{", () => this.selection(), "}"));
  }

  selection() {
    if (this.kind("spread")) {
      if (this.word("on")) return this.kind("name") && this.directives() && this.selections();
      return this.kind("name") ? this.directives() : this.directives() && this.selections();
    }
    if (!this.kind("name") || (this.word(":") && !this.kind("name"))) return false;
    return this.given() && this.directives() && this.ifOpen("{", () => this.selections());
  }
}

/**
 * The first word that does not fit, or the end of a text that has too few; null for a whole document.
 * @param {string} text
 * @returns {{ text: string, start: number, end: number, after: number } | null} `after` is where the word before it ends.
 */
export function misfit(text) {
  const reader = new Reader(tokens(text).filter(({ kind }) => kind !== "comment"));
  if (reader.document()) return null;
  const after = reader.found[reader.at - 1]?.end ?? 0;
  return { ...(reader.found[reader.at] ?? { text: "", start: text.length, end: text.length }), after };
}
