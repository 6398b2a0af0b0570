// What does the schema have, and what does it mean?
//
// Invariant: everything is reached by clicks from the roots or by search, and Back leads the same way home.

import { described, make, later } from "./dom.js";
import { bare, required, written } from "./schema.js";

/** @import { Child } from "./dom.js" */
/** @import { Field, Input, Item, Reference, Schema } from "./schema.js" */

/** The most finds that are shown. */
const MOST = 80;

export class Explorer {
  /**
   * @param {{ body: HTMLElement, search: HTMLInputElement, back: HTMLButtonElement }} parts
   * @param {(type: string, field: Field) => void} insert Puts a field into the query.
   */
  constructor({ body, search, back }, insert) {
    this.body = body;
    this.search = search;
    this.back = back;
    this.insert = insert;
    /** @type {{ type: string, mark: string | null }[]} */
    this.path = [];
    /** @type {Schema | null} */
    this.schema = null;
    search.addEventListener("input", later(120, () => this.show()));
    back.addEventListener("click", () => {
      if (this.search.value) this.search.value = "";
      else this.path.pop();
      this.show();
    });
  }

  /**
   * Shows a schema from its roots, or says why there is none.
   * @param {Schema | null} schema
   * @param {string} why
   */
  set(schema, why) {
    this.schema = schema;
    this.path = [];
    this.search.disabled = !schema;
    if (schema) this.show();
    else this.body.replaceChildren(make("p", { class: "quiet" }, why));
  }

  /**
   * @param {string} type
   * @param {string | null} mark
   */
  go(type, mark = null) {
    this.search.value = "";
    this.path.push({ type, mark });
    this.show();
    this.body.querySelector("h3")?.focus();
  }

  show() {
    const { schema } = this;
    if (!schema) return;
    const words = this.search.value.trim();
    const here = this.path.at(-1);
    this.back.disabled = !here && !words;
    this.body.replaceChildren(...(words ? this.found(schema, words) : here ? this.type(schema, here) : this.roots(schema)));
    this.body.scrollTop = 0;
    this.body.querySelector(".marked")?.scrollIntoView({ block: "center" });
  }

  /** @param {Schema} schema */
  roots(schema) {
    const roots = Object.entries(schema.roots).flatMap(([word, name]) => (name ? [{ word, name }] : []));
    const others = schema.names.filter((name) => !roots.some((root) => root.name === name));
    const rows = roots.map(({ word, name }) => make("li", {}, make("span", { class: "t-keyword" }, `${word}: `), this.link(name)));
    return [
      heading("Where to begin"),
      make("ul", { class: "rows" }, rows),
      heading("All types"),
      make("ul", { class: "types" }, others.map((name) => make("li", {}, this.link(name)))),
    ];
  }

  /**
   * @param {Schema} schema
   * @param {string} words
   */
  found(schema, words) {
    const all = schema.search(words);
    const rows = all.slice(0, MOST).map(({ kind, name, about, type }) => {
      const label = kind === "type" ? name : `${type}.${name}`;
      const open = make("button", { class: "link", on: { click: () => this.go(type, name) } }, label);
      return make("li", {}, open, make("span", { class: "of" }, ` ${kind}`), described(about));
    });
    const more = all.length > MOST ? `, the first ${MOST} of which are shown` : "";
    return [
      make("h3", { tabindex: "-1" }, `${all.length} found${more}`),
      make("ul", { class: "rows" }, rows),
    ];
  }

  /**
   * @param {Schema} schema
   * @param {{ type: string, mark: string | null }} place
   */
  type(schema, { type: name, mark }) {
    const type = schema.type(name);
    if (!type) return [heading(name)];
    /** @type {HTMLElement[]} */
    const sections = [
      make("h3", { tabindex: "-1" }, make("span", { class: "of" }, `${type.kind.toLowerCase().replace("_", " ")} `), name),
      described(type.description),
    ];
    /**
     * @template {{ name: string }} T
     * @param {string} title
     * @param {T[] | null | undefined} items
     * @param {(item: T) => Child | Child[]} row
     */
    const section = (title, items, row) => {
      if (!items?.length) return;
      sections.push(make("h4", {}, title));
      sections.push(make("ul", { class: "rows" }, items.map((item) => make("li", { class: item.name === mark ? "marked" : null }, row(item)))));
    };
    const specified = type.specifiedByURL;
    if (specified && /^https?:\/\//.test(specified)) {
      const link = { href: specified, target: "_blank", rel: "noopener noreferrer" };
      sections.push(make("p", {}, "Specified at ", make("a", link, specified)));
    }
    section("Fields", type.fields, (field) => this.field(name, field));
    section("Takes", type.inputFields, (input) => this.input(input));
    section("Values", type.enumValues, (value) => [make("span", { class: "t-enum" }, value.name), old(value), described(value.description)]);
    section("One of", type.possibleTypes, (possible) => this.link(possible.name));
    return sections;
  }

  /**
   * @param {string} type
   * @param {Field} field
   */
  field(type, field) {
    const put = { class: "insert", title: "Insert into the query", on: { click: () => this.insert(type, field) } };
    return [
      make("button", put, make("span", { "aria-hidden": "true" }, "+ "), make("span", { class: "unseen" }, "Insert "), field.name),
      ": ",
      this.reference(field.type),
      old(field),
      described(field.description),
      field.args.length ? make("ul", { class: "args" }, field.args.map((arg) => make("li", {}, this.input(arg)))) : null,
    ];
  }

  /** @param {Input} input */
  input(input) {
    const fallback = input.defaultValue === null ? "" : ` = ${input.defaultValue}`;
    return [
      make("span", { class: "t-argument" }, input.name),
      ": ",
      this.reference(input.type),
      make("span", { class: "t-enum" }, fallback),
      required(input) ? make("span", { class: "of" }, " required") : null,
      described(input.description),
    ];
  }

  /**
   * A type as it is written, of which the name leads to it.
   * @param {Reference} type
   */
  reference(type) {
    const name = bare(type);
    const [before, after] = written(type).split(name);
    return make("span", { class: "type" }, before, this.link(name), after);
  }

  /** @param {string} name */
  link(name) {
    return make("button", { class: "link", on: { click: () => this.go(name) } }, name);
  }
}

/** @param {string} text */
const heading = (text) => make("h3", { tabindex: "-1" }, text);

/** @param {Item} item */
function old({ isDeprecated, deprecationReason }) {
  return isDeprecated ? make("span", { class: "warning" }, ` deprecated: ${deprecationReason ?? "no reason is told"}`) : null;
}
