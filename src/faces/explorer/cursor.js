// What may stand where the cursor is in a document?
//
// Invariant: what does not make sense offers nothing.

import { tokens } from "./language.js";
import { OPERATIONS, Walk, outline, typeOf } from "./outline.js";
import { bare, required, written } from "./schema.js";

/** @import { Token } from "./language.js" */
/** @import { Variable } from "./outline.js" */
/** @import { Item, Reference, Schema } from "./schema.js" */
/** @typedef {{ label: string, insert: string, type: string, about: string, deprecated: boolean }} Offer */
/**
 * What may be put in place of the word at the cursor, from where it begins to where it ends.
 * @typedef {{ start: number, end: number, items: Offer[] }} Offers
 */

/**
 * What may stand at the cursor.
 * @param {string} text
 * @param {Schema | null} schema
 * @param {number} cursor
 * @returns {Offers}
 */
export function offers(text, schema, cursor) {
  const found = tokens(text.slice(0, cursor));
  const last = found.at(-1);
  const touched = last?.end === cursor ? last : null;
  // The end of a closed string counts as inside too: nothing is to be offered at its quote.
  const within = touched && ["comment", "block", "string"].includes(touched.kind);
  if (!schema || within) return { start: cursor, end: cursor, items: [] };
  const word = touched && ["name", "variable", "directive"].includes(touched.kind) ? touched : null;
  const walk = new Walk(schema);
  for (const token of word ? found.slice(0, -1) : found) walk.take(token);
  const items = candidates(walk, schema, word, () => variablesAt(text, schema, cursor));
  return { start: word?.start ?? cursor, end: cursor, items: fitting(items, word?.text ?? "") };
}

/**
 * The offers that have what is written in their label, those that begin with it first.
 * @param {Offer[]} items
 * @param {string} text
 */
export function fitting(items, text) {
  const prefix = text.toLowerCase();
  const kept = items.filter(({ label }) => label.toLowerCase().includes(prefix));
  /** @param {Offer} offer */
  const begins = ({ label }) => (label.toLowerCase().startsWith(prefix) ? 0 : 1);
  return kept.sort((one, other) => begins(one) - begins(other));
}

/**
 * The variables that can be used at the cursor: those of the operation around it, in a fragment those of all.
 * @param {string} text
 * @param {Schema} schema
 * @param {number} cursor
 */
function variablesAt(text, schema, cursor) {
  const { operations } = outline(text, schema);
  const around = operations.filter((one) => one.start <= cursor && cursor <= (one.end ?? Infinity));
  const all = (around.length ? around : operations).flatMap((one) => one.variables);
  return [...new Map(all.map((variable) => [variable.name, variable])).values()];
}

/**
 * @param {Walk} walk
 * @param {Schema} schema
 * @param {Token | null} word
 * @param {() => Variable[]} variables
 * @returns {Offer[]}
 */
function candidates(walk, schema, word, variables) {
  const { top, before } = walk;
  if (word?.kind === "directive") return schema.directives.map((item) => offer(item, { label: `@${item.name}` }));
  if (top.kind === "document") {
    if (before?.text === "on") return types(schema, schema.fragments());
    const used = OPERATIONS.filter((kind) => schema.roots[kind]);
    return walk.definition ? [] : [...used, "fragment"].map((name) => offer({ name }));
  }
  if (top.kind === "selection") {
    if (before?.text === "on" && top.condition && !top.field) return types(schema, schema.fragments(top.type));
    if (before?.kind === "spread") return [offer({ name: "on", description: "Only what is of a type" }, { insert: "on " })];
    return schema.fields(top.type).map((field) => offer(field, { type: written(field.type) }));
  }
  if (top.kind === "variables") {
    if (top.part === "type" && !top.expected) return types(schema, schema.variableTypes());
    return top.part === "value" ? values(schema, top.expected) : [];
  }
  if (top.kind === "list" || before?.text === ":") {
    const expected = top.kind === "list" ? top.item : top.expected;
    const usable = fittingVariables(variables(), expected, word?.kind === "variable");
    return [...values(schema, expected), ...usable.map(({ name, type }) => offer({ name }, { type }))];
  }
  const free = (top.given ?? []).filter((input) => !top.used?.has(input.name));
  // What must be given comes first.
  free.sort((one, other) => Number(required(other)) - Number(required(one)));
  return free.map((input) => offer(input, { insert: `${input.name}: `, type: written(input.type) }));
}

/**
 * The variables of the type that is expected first; the others only where a variable is being written.
 * @param {Variable[]} all
 * @param {Reference | null | undefined} expected
 * @param {boolean} begun
 */
function fittingVariables(all, expected, begun) {
  /** @param {Variable} variable */
  const fits = ({ type }) => !expected || bare(typeOf(type)) === bare(expected);
  return [...all.filter(fits), ...(begun ? all.filter((variable) => !fits(variable)) : [])];
}

/**
 * @param {Item} item
 * @param {{ label?: string, insert?: string, type?: string }} [how]
 * @returns {Offer}
 */
export function offer({ name, description, isDeprecated }, { label = name, insert = label, type = "" } = {}) {
  return { label, insert, type, about: description ?? "", deprecated: Boolean(isDeprecated) };
}

/**
 * @param {Schema} schema
 * @param {string[]} names
 */
const types = (schema, names) => names.map((name) => offer(schema.type(name) ?? { name }));

/**
 * @param {Schema} schema
 * @param {Reference | null | undefined} type
 */
function values(schema, type) {
  const name = bare(type);
  return schema.values(name).map((value) => offer(value, { type: name }));
}
