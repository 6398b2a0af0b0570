// What may be given for the variables of an operation, where the cursor is in their JSON?
//
// Invariant: names come from the operation and values from the schema; what does not make sense offers nothing.

import { fitting, offer } from "./cursor.js";
import { closer, jsonWords } from "./language.js";
import { typeOf } from "./outline.js";
import { bare, required, written } from "./schema.js";

/** @import { Offer, Offers } from "./cursor.js" */
/** @import { Token } from "./language.js" */
/** @import { Variable } from "./outline.js" */
/** @import { Input, Reference, Schema } from "./schema.js" */
/**
 * What a word is in: an object takes some names, a list or the whole takes values of a type.
 * @typedef {object} Frame
 * @property {string} open The bracket that opened it, empty for the whole.
 * @property {Input[]} given
 * @property {Set<string>} used
 * @property {Reference | null} expected
 */

/** Reads JSON word by word, and knows after each what it is in. */
class Walk {
  /**
   * @param {Schema} schema
   * @param {Input[]} given
   */
  constructor(schema, given) {
    this.schema = schema;
    this.given = given;
    /** @type {Frame[]} */
    this.stack = [];
    /** @type {Token | null} */
    this.before = null;
  }

  get top() {
    return this.stack.at(-1);
  }

  /** @param {Token} token */
  take(token) {
    const { top } = this;
    if (closer(token.text)) {
      this.stack.push(this.frame(token.text, top));
    } else if (top && token.text === closer(top.open)) {
      this.stack.pop();
    } else if (top?.open === "{" && token.text === ":") {
      const name = this.before?.text.replaceAll('"', "") ?? "";
      top.used.add(name);
      top.expected = top.given.find((input) => input.name === name)?.type ?? null;
    }
    this.before = token;
  }

  /**
   * What a bracket opens: at the top the variables, further in what the type that is expected there takes.
   * @param {string} open
   * @param {Frame | undefined} top
   * @returns {Frame}
   */
  frame(open, top) {
    if (!top) return { open, given: open === "{" ? this.given : [], used: new Set(), expected: null };
    const type = top.expected?.kind === "NON_NULL" ? top.expected.ofType : top.expected;
    const item = type?.kind === "LIST" ? (type.ofType ?? null) : null;
    // One value may stand for a list of one.
    const given = open === "{" ? this.schema.inputs(bare(type)) : [];
    return { open, given, used: new Set(), expected: open === "[" ? item : null };
  }

  /** @returns {Offer[]} */
  offers() {
    const { top, before } = this;
    if (!top || !before) return [];
    const begins = before.text === top.open || before.text === ",";
    if (top.open === "{" && begins) return this.names(top);
    return before.text === ":" || (top.open === "[" && begins) ? this.values(top.expected) : [];
  }

  /** @param {Frame} top */
  names(top) {
    const free = top.given.filter((input) => !top.used.has(input.name));
    free.sort((one, other) => Number(required(other)) - Number(required(one)));
    return free.map((input) => offer(input, { insert: `"${input.name}": `, type: written(input.type) }));
  }

  /** @param {Reference | null} type */
  values(type) {
    const name = bare(type);
    const quote = name === "Boolean" ? "" : '"';
    return this.schema.values(name).map((value) => offer(value, { insert: quote + value.name + quote, type: name }));
  }
}

/**
 * What may stand at the cursor.
 * @param {string} text
 * @param {Schema | null} schema
 * @param {number} cursor
 * @param {Variable[]} variables
 * @returns {Offers}
 */
export function variableOffers(text, schema, cursor, variables) {
  const nothing = { start: cursor, end: cursor, items: [] };
  const found = jsonWords(text.slice(0, cursor));
  const last = found.at(-1);
  const word = last && last.end === cursor && last.kind !== "mark" ? last : null;
  const open = word?.kind === "string";
  if (!schema || (word && open && /^"(?:\\.|[^"\\])*"$/.test(word.text))) return nothing;
  const given = variables.map(({ name, type }) => ({ name: name.slice(1), type: typeOf(type), defaultValue: null }));
  const walk = new Walk(schema, given);
  for (const token of word ? found.slice(0, -1) : found) walk.take(token);
  const { top, before } = walk;
  // The rest of a name that is within quotes is replaced as well.
  const end = cursor + (open ? (/^\w*"?/.exec(text.slice(cursor))?.[0].length ?? 0) : 0);
  // What is given further on in the same object need not be offered.
  const depth = walk.stack.length;
  for (const token of jsonWords(text.slice(end))) {
    if (walk.stack.length < depth) break;
    walk.take(token);
  }
  Object.assign(walk, { stack: top ? [top] : [], before });
  return { start: word?.start ?? cursor, end, items: fitting(walk.offers(), word?.text.replace('"', "") ?? "") };
}
