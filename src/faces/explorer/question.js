// What is being asked, as it stands in the editors and fields?
//
// Invariant: token and headers are read when something is sent and are nowhere else, in no address and no storage.

import { offers } from "./cursor.js";
import { byId } from "./dom.js";
import { Editor } from "./editor.js";
import { graphqlPieces, jsonPieces, tokens, unbalanced } from "./language.js";
import { layGraphql, layJson } from "./layout.js";
import { outline } from "./outline.js";
import { Suggest } from "./suggest.js";
import { variableOffers } from "./variables.js";

/** @import { Definition } from "./outline.js" */
/** @import { Field, Schema } from "./schema.js" */
/** @import { Fault, Request } from "./transport.js" */

export class Question {
  /**
   * @param {() => void} changed Is called after each change of a text.
   * @param {(text: string) => void} say
   */
  constructor(changed, say) {
    this.say = say;
    /** @type {Schema | null} */
    this.schema = null;
    this.query = new Editor(byId("query", HTMLTextAreaElement), graphqlPieces, changed);
    this.variables = new Editor(byId("variables", HTMLTextAreaElement), jsonPieces, changed);
    this.around = byId("given", HTMLDetailsElement);
    this.chosen = byId("operation", HTMLSelectElement);
    this.token = byId("token", HTMLInputElement);
    this.lines = byId("headers", HTMLTextAreaElement);
    const given = (/** @type {string} */ text, /** @type {number} */ cursor) =>
      variableOffers(text, this.schema, cursor, this.operation().variables);
    this.suggests = [
      new Suggest(this.query, "graphql", (text, cursor) => offers(text, this.schema, cursor), say),
      new Suggest(this.variables, "json", given, say),
    ];
  }

  /** @returns {Definition[]} */
  operations() {
    return outline(this.query.text, this.schema).operations;
  }

  /**
   * The operation that Run is about: the only one, or the one chosen.
   * @returns {Pick<Definition, "word" | "name" | "variables">}
   */
  operation() {
    const all = this.operations();
    return all.find((one) => one.name === this.chosen.value) ?? all[0] ?? { word: "query", name: null, variables: [] };
  }

  /**
   * What is to be sent; null when the variables are no object, which is then told.
   * @param {(why: string) => void} fail
   * @returns {Request | null}
   */
  request(fail) {
    try {
      return { query: this.query.text, variables: this.given(), operationName: this.operation().name ?? undefined };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      fail(`The variables are not JSON: ${message}`);
      this.around.open = true;
      this.variables.mark([{ line: this.lineOf(message), column: 1, message }]);
      return null;
    }
  }

  /**
   * The variables as an object; throws what is wrong with them.
   * @returns {object | undefined}
   */
  given() {
    const text = this.variables.text.trim();
    if (!text) return undefined;
    /** @type {unknown} */
    const value = JSON.parse(text);
    if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Error("they must be an object");
    return value;
  }

  /**
   * The line that a JSON parser's message names, as browsers write it; the first when it names none.
   * @param {string} message
   */
  lineOf(message) {
    const line = /line (\d+)/.exec(message)?.[1];
    const position = /position (\d+)/.exec(message)?.[1];
    if (line) return Number(line);
    return position ? this.variables.text.slice(0, Number(position)).split("\n").length : 1;
  }

  /**
   * The token and further headers, a line each.
   * @returns {Record<string, string>}
   */
  headers() {
    const lines = this.lines.value.split("\n").filter((line) => line.trim());
    const sent = Object.fromEntries(lines.map((line) => [line.split(":")[0].trim(), line.slice(line.indexOf(":") + 1).trim()]));
    const token = this.token.value.trim();
    return token ? { ...sent, authorization: `Bearer ${token}` } : sent;
  }

  /** What nothing may keep. */
  secrets() {
    return [this.token.value.trim(), ...Object.values(this.headers())];
  }

  /** @param {Fault[] | undefined} errors */
  mark(errors) {
    if (!Array.isArray(errors)) return;
    this.query.mark(errors.flatMap(({ message, locations }) => (locations ?? []).map((place) => ({ ...place, message }))));
  }

  prettify() {
    const { query, variables } = this;
    const laid = layGraphql(query.text);
    if (laid === null) {
      const wrong = unbalanced(tokens(query.text));
      const line = wrong ? query.text.slice(0, wrong.start).split("\n").length : null;
      if (line) query.mark([{ line, column: 1, message: "This bracket has no other" }]);
      this.say(line ? `Not laid out: the bracket on line ${line} has no other.` : "Not laid out: it has a character of no meaning.");
      return;
    }
    query.text = laid;
    try {
      if (this.given()) variables.text = `${layJson(variables.text)}\n`;
    } catch {
      // Half-written variables stay as they are.
    }
  }

  /**
   * Puts a field into the selection at the cursor, else into another of its type, else into a new query of a root's.
   * @param {string} type
   * @param {Field} field
   */
  insert(type, field) {
    const { query, schema } = this;
    if (!schema) return;
    const { selections } = outline(query.text, schema);
    const ends = selections.flatMap((one) => (one.type === type && one.close !== null ? [{ open: one.open, close: one.close }] : []));
    const around = ends.filter(({ open, close }) => open <= query.cursor && query.cursor <= close).at(-1);
    const into = around ?? ends.at(-1);
    const root = Object.entries(schema.roots).find(([, name]) => name === type)?.[0];
    const snippet = schema.snippet(field);
    if (into) {
      query.replace(into.close, into.close, `${/\s$/.test(query.text.slice(0, into.close)) ? "" : " "}${snippet} `);
    } else if (root) {
      query.replace(query.text.length, query.text.length, `\n\n${root} { ${snippet} }\n`);
    } else {
      this.say(`The query selects nothing of ${type} yet; insert a field that leads there first.`);
      return;
    }
    const laid = layGraphql(query.text);
    if (laid) query.text = laid;
    this.say(`Inserted ${field.name}.`);
  }
}
