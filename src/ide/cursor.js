// What may stand where the cursor is, and which selections and operations has a document?
//
// Invariant: half-written documents are read as far as they make sense; what does not make sense offers nothing.

import { tokens } from "./language.js";
import { bare, required, written } from "./schema.js";

const OPERATIONS = ["query", "mutation", "subscription"];
const CLOSES = { selection: "}", object: "}", args: ")", variables: ")", list: "]" };

/** Reads a document token by token, and knows after each what it is in. */
class Walk {
  constructor(schema) {
    this.schema = schema;
    this.stack = [{ kind: "document" }];
    this.operations = [];
    this.selections = [];
    this.before = null;
  }

  get top() {
    return this.stack.at(-1);
  }

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
      this[top.kind](token, top);
    }
    this.before = token;
  }

  endDefinition(token) {
    if (this.definition) this.definition.end = token.end;
    this.definition = null;
  }

  document(token, top) {
    const { definition } = this;
    if (token.kind === "name" && !definition) {
      this.definition = { word: token.text, name: null, type: null, start: token.start, variables: [] };
      if (OPERATIONS.includes(token.text)) this.operations.push(this.definition);
    } else if (token.kind === "name" && definition.word === "fragment" && this.before.text === "on") {
      definition.type = token.text;
    } else if (token.kind === "name" && token.text !== "on") {
      definition.name = token.text;
    } else if (token.text === "(") {
      this.stack.push(top.given ? { kind: "args", given: top.given } : { kind: "variables" });
    } else if (token.text === "{") {
      if (!definition) {
        this.definition = { word: "query", name: null, type: null, start: token.start, variables: [] };
        this.operations.push(this.definition);
      }
      this.select(token, this.definition.type ?? this.schema?.roots[this.definition.word]);
    }
  }

  select(token, type) {
    const record = { type, open: token.end, close: null };
    this.selections.push(record);
    this.stack.push({ kind: "selection", type, record });
  }

  selection(token, top) {
    if (token.kind === "spread") {
      Object.assign(top, { field: null, given: [], condition: top.type });
    } else if (token.kind === "name" && this.before.kind === "spread") {
      // `on`, or a fragment's name, which nothing follows.
    } else if (token.kind === "name" && this.before.text === "on" && top.condition && !top.field) {
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

  /** Arguments, and the fields of an input object: names, each with a value. */
  args(token, top) {
    if (token.text === ":") {
      top.expected = top.given.find((input) => input.name === this.before.text)?.type ?? null;
      (top.used ??= new Set()).add(this.before.text);
    } else if (token.text === "{" || token.text === "[") {
      this.nest(token, top.expected);
    } else if (this.before.text === ":") {
      top.expected = null;
    }
  }

  object(token, top) {
    this.args(token, top);
  }

  list(token, top) {
    if (token.text === "{" || token.text === "[") this.nest(token, top.item);
  }

  nest(token, type) {
    const inner = type?.kind === "NON_NULL" ? type.ofType : type;
    if (token.text === "{") this.stack.push({ kind: "object", given: this.schema?.inputs(bare(inner)) ?? [] });
    else this.stack.push({ kind: "list", item: inner?.kind === "LIST" ? inner.ofType : inner });
  }

  variables(token, top) {
    if (token.kind === "variable") {
      this.definition?.variables.push({ name: token.text, type: null });
      Object.assign(top, { part: "name", expected: null });
    } else if (token.text === ":") {
      top.part = "type";
    } else if (token.text === "=") {
      top.part = "value";
    } else if (token.kind === "name" && top.part === "type") {
      top.expected = { kind: "NAMED", name: token.text };
      const variable = this.definition?.variables.at(-1);
      if (variable) variable.type = token.text;
    } else if (top.part === "value" && (token.text === "{" || token.text === "[")) {
      this.nest(token, top.expected);
    }
  }
}

/** The operations and selections of a document, with where they begin and end. */
export function outline(text, schema) {
  const walk = new Walk(schema);
  for (const token of tokens(text)) walk.take(token);
  return walk;
}

/**
 * What may stand at the cursor: `{ start, items }`, where `start` is where the word at the cursor begins and each item
 * has a label, what is put in for it, a type and a description.
 */
export function offers(text, schema, cursor) {
  const found = tokens(text.slice(0, cursor));
  const last = found.at(-1);
  const touching = last?.end === cursor;
  const open = touching && (last.kind === "comment" || last.kind === "block" || last.kind === "string");
  // The end of a closed string counts as inside too: nothing is to be offered at its quote.
  if (!schema || open) return { start: cursor, items: [] };
  const word = touching && ["name", "variable", "directive"].includes(last.kind) ? found.pop() : null;
  const walk = new Walk(schema);
  for (const token of found) walk.take(token);
  const prefix = (word?.text ?? "").toLowerCase();
  const items = candidates(walk, schema, word, () => outline(text, schema)).filter(({ label }) =>
    label.toLowerCase().includes(prefix),
  );
  const begins = ({ label }) => (label.toLowerCase().startsWith(prefix) ? 0 : 1);
  items.sort((one, other) => begins(one) - begins(other));
  return { start: word?.start ?? cursor, items };
}

function candidates(walk, schema, word, whole) {
  const { top, before } = walk;
  if (word?.kind === "directive") return schema.directives.map((item) => offer(item, { label: `@${item.name}` }));
  if (top.kind === "document") {
    if (before?.text === "on") return types(schema, schema.fragments());
    const used = OPERATIONS.filter((kind) => schema.roots[kind]);
    return walk.definition ? [] : [...used, "fragment"].map((label) => offer({ name: label }));
  }
  if (top.kind === "selection") {
    if (before?.text === "on" && top.condition && !top.field) return types(schema, schema.fragments(top.type));
    if (before?.kind === "spread") return [offer({ name: "on", description: "Only what is of a type" }, { insert: "on " })];
    return schema.fields(top.type).map((field) => offer(field, { type: written(field.type) }));
  }
  if (top.kind === "variables") {
    if (top.part === "type" && !top.expected) return types(schema, schema.variableTypes());
    return top.part === "value" ? values(schema, top.expected, []) : [];
  }
  const expected = top.kind === "list" ? top.item : top.expected;
  if (top.kind === "list" || before?.text === ":") return values(schema, expected, whole().operations);
  const free = top.given.filter((input) => !top.used?.has(input.name));
  // What must be given comes first.
  free.sort((one, other) => Number(required(other)) - Number(required(one)));
  return free.map((input) => offer(input, { insert: `${input.name}: `, type: written(input.type) }));
}

function offer({ name, description, isDeprecated }, { label = name, insert = label, type = "" } = {}) {
  return { label, insert, type, about: description ?? "", deprecated: Boolean(isDeprecated) };
}

const types = (schema, names) => names.map((name) => offer(schema.types.get(name)));

function values(schema, type, operations) {
  const name = bare(type);
  const fitting = operations.flatMap((operation) => operation.variables).filter((one) => !type || one.type === name);
  const variables = fitting.map((variable) => offer({ name: variable.name }, { type: variable.type ?? "" }));
  return [...schema.values(name).map((value) => offer(value, { type: name })), ...variables];
}
