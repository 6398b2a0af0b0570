// Which operations, variables and selections has a document, and what is a place in it about?
//
// Invariant: half-written documents are read as far as they make sense.

import { tokens } from "./language.js";
import { bare } from "./schema.js";

/** @import { Token } from "./language.js" */
/** @import { Field, Input, Name, Reference, Schema } from "./schema.js" */
/** @typedef {{ name: string, type: string }} Variable A variable as `$name`, with its type as it is written. */
/**
 * @typedef {object} Definition
 * @property {string} word
 * @property {string | null} name
 * @property {string | null} type What a fragment is on.
 * @property {number} start
 * @property {number} [end]
 * @property {Variable[]} variables
 */
/** @typedef {{ type: Name, open: number, close: number | null }} Selection */
/**
 * What a token is in. Of its properties each kind has its own.
 * @typedef {object} Frame
 * @property {"document" | "selection" | "args" | "object" | "list" | "variables"} kind
 * @property {Input[]} [given] What may be given here, by name.
 * @property {Set<string>} [used] What of it is given already.
 * @property {Reference | null} [expected] The type of the value that comes next.
 * @property {Reference | null} [item] The type of a list's values.
 * @property {Name} [type] What is selected of.
 * @property {Name} [condition] What a fragment narrows that to.
 * @property {Field | null} [field]
 * @property {Selection} [record]
 * @property {"name" | "type" | "value"} [part] What comes next of a variable.
 */

export const OPERATIONS = ["query", "mutation", "subscription"];
const CLOSES = { document: "", selection: "}", object: "}", args: ")", variables: ")", list: "]" };

/**
 * A type that is written in a document: `[Day!]!`.
 * @param {string} text
 * @returns {Reference}
 */
export function typeOf(text) {
  if (text.endsWith("!")) return { kind: "NON_NULL", ofType: typeOf(text.slice(0, -1)) };
  return text.startsWith("[") ? { kind: "LIST", ofType: typeOf(text.slice(1).replace(/\]$/, "")) } : { kind: "NAMED", name: text };
}

/** Reads a document token by token, and knows after each what it is in. */
export class Walk {
  /** @param {Schema | null} schema */
  constructor(schema) {
    this.schema = schema;
    /** @type {Frame} */
    this.whole = { kind: "document" };
    this.stack = [this.whole];
    /** @type {Definition[]} */
    this.operations = [];
    /** @type {Selection[]} */
    this.selections = [];
    /** @type {Token | null} */
    this.before = null;
    /** @type {Definition | null} */
    this.definition = null;
  }

  get top() {
    return this.stack.at(-1) ?? this.whole;
  }

  /** @param {Token} token */
  take(token) {
    if (token.kind === "comment") return;
    const top = this.top;
    if (token.kind === "directive") {
      top.given = this.schema?.directives.find((directive) => `@${directive.name}` === token.text)?.args ?? [];
    } else if (token.text === CLOSES[top.kind]) {
      if (top.record) top.record.close = token.start;
      this.stack.pop();
      if (this.top.kind === "document" && token.text === "}") this.endDefinition(token);
      if (this.top.expected) this.top.expected = null;
    } else {
      const { kind } = top;
      // An input object takes names with values, as arguments do.
      if (kind === "object") this.args(token, top);
      else this[kind](token, top);
    }
    this.before = token;
  }

  /** @param {Token} token */
  endDefinition(token) {
    if (this.definition) this.definition.end = token.end;
    this.definition = null;
    // What a directive takes is not what the next definition takes.
    this.whole.given = undefined;
  }

  /**
   * @param {Token} token
   * @param {string} word
   */
  beginDefinition(token, word) {
    this.definition = { word, name: null, type: null, start: token.start, variables: [] };
    if (OPERATIONS.includes(word)) this.operations.push(this.definition);
    return this.definition;
  }

  /**
   * @param {Token} token
   * @param {Frame} top
   */
  document(token, top) {
    const { definition } = this;
    if (token.kind === "name" && !definition) {
      this.beginDefinition(token, token.text);
    } else if (token.kind === "name" && definition?.word === "fragment" && this.before?.text === "on") {
      definition.type = token.text;
    } else if (token.kind === "name" && definition && token.text !== "on") {
      definition.name = token.text;
    } else if (token.text === "(") {
      this.stack.push(top.given ? { kind: "args", given: top.given } : { kind: "variables" });
    } else if (token.text === "{") {
      const { type, word } = definition ?? this.beginDefinition(token, "query");
      this.select(token, type ?? this.schema?.roots[word]);
    }
  }

  /**
   * @param {Token} token
   * @param {Name} type
   */
  select(token, type) {
    /** @type {Selection} */
    const record = { type, open: token.end, close: null };
    this.selections.push(record);
    this.stack.push({ kind: "selection", type, record });
  }

  /**
   * @param {Token} token
   * @param {Frame} top
   */
  selection(token, top) {
    if (token.kind === "spread") {
      Object.assign(top, { field: null, given: [], condition: top.type });
    } else if (token.kind === "name" && this.before?.kind === "spread") {
      // `on`, or a fragment's name, which nothing follows.
    } else if (token.kind === "name" && this.before?.text === "on" && top.condition && !top.field) {
      top.condition = token.text;
    } else if (token.kind === "name") {
      top.field = this.schema?.field(top.type, token.text);
      Object.assign(top, { given: top.field?.args ?? [], condition: null });
    } else if (token.text === "(") {
      this.stack.push({ kind: "args", given: top.given ?? [], used: new Set() });
    } else if (token.text === "{") {
      this.select(token, top.condition ?? (top.field && bare(top.field.type)));
      top.condition = null;
    }
  }

  /**
   * Arguments, and the fields of an input object: names, each with a value.
   * @param {Token} token
   * @param {Frame} top
   */
  args(token, top) {
    if (token.text === ":") {
      const name = this.before?.text ?? "";
      top.expected = top.given?.find((input) => input.name === name)?.type ?? null;
      (top.used ??= new Set()).add(name);
    } else if (token.text === "{" || token.text === "[") {
      this.nest(token, top.expected);
    } else if (this.before?.text === ":") {
      top.expected = null;
    }
  }

  /**
   * @param {Token} token
   * @param {Frame} top
   */
  list(token, top) {
    if (token.text === "{" || token.text === "[") this.nest(token, top.item);
  }

  /**
   * @param {Token} token
   * @param {Reference | null | undefined} type
   */
  nest(token, type) {
    const inner = type?.kind === "NON_NULL" ? type.ofType : type;
    if (token.text === "{") this.stack.push({ kind: "object", given: this.schema?.inputs(bare(inner)) ?? [] });
    else this.stack.push({ kind: "list", item: inner?.kind === "LIST" ? inner.ofType : inner });
  }

  /**
   * @param {Token} token
   * @param {Frame} top
   */
  variables(token, top) {
    const variable = this.definition?.variables.at(-1);
    if (token.kind === "variable") {
      this.definition?.variables.push({ name: token.text, type: "" });
      Object.assign(top, { part: "name", expected: null });
    } else if (token.text === ":") {
      top.part = "type";
    } else if (token.text === "=") {
      Object.assign(top, { part: "value", expected: typeOf(variable?.type ?? "") });
    } else if (top.part === "type" && (token.kind === "name" || "[]!".includes(token.text))) {
      if (token.kind === "name") top.expected = typeOf(token.text);
      if (variable) variable.type += token.text;
    } else if (top.part === "value" && (token.text === "{" || token.text === "[")) {
      this.nest(token, top.expected);
    }
  }
}

/**
 * The operations and selections of a document, with where they begin and end.
 * @param {string} text
 * @param {Schema | null} schema
 */
export function outline(text, schema) {
  const walk = new Walk(schema);
  for (const token of tokens(text)) walk.take(token);
  return walk;
}
