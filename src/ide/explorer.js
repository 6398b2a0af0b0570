// What does the schema have, and what does it mean?
//
// Invariant: everything is reached by clicks from the roots or by search, and Back leads the same way home.

import { described, make, later } from "./dom.js";
import { bare, required, written } from "./schema.js";

/** The most finds that are shown. */
const MOST = 80;

export class Explorer {
  /** `insert(type, field)` puts a field into the query. */
  constructor({ body, search, back }, insert) {
    Object.assign(this, { body, search, back, insert, path: [] });
    search.addEventListener("input", later(120, () => this.show()));
    back.addEventListener("click", () => {
      if (this.search.value) this.search.value = "";
      else this.path.pop();
      this.show();
    });
  }

  /** Shows a schema from its roots, or says why there is none. */
  set(schema, why) {
    Object.assign(this, { schema, path: [] });
    this.search.disabled = !schema;
    if (schema) this.show();
    else this.body.replaceChildren(make("p", { class: "quiet" }, why));
  }

  go(type, mark = null) {
    this.search.value = "";
    this.path.push({ type, mark });
    this.show();
    this.body.querySelector("h3")?.focus();
  }

  show() {
    if (!this.schema) return;
    const words = this.search.value.trim();
    const here = this.path.at(-1);
    this.back.disabled = !here && !words;
    this.body.replaceChildren(...(words ? this.found(words) : here ? this.type(here) : this.roots()));
    this.body.scrollTop = 0;
    this.body.querySelector(".marked")?.scrollIntoView({ block: "center" });
  }

  roots() {
    const { roots } = this.schema;
    const rows = Object.entries(roots).filter(([, name]) => name);
    const others = this.schema.names.filter((name) => !Object.values(roots).includes(name));
    return [
      heading("Where to begin"),
      make("ul", { class: "rows" }, rows.map(([word, name]) => make("li", {}, make("span", { class: "t-keyword" }, `${word}: `), this.link(name)))),
      heading("All types"),
      make("ul", { class: "types" }, others.map((name) => make("li", {}, this.link(name)))),
    ];
  }

  found(words) {
    const all = this.schema.search(words);
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

  type({ type: name, mark }) {
    const type = this.schema.types.get(name);
    const sections = [
      make("h3", { tabindex: "-1" }, make("span", { class: "of" }, `${type.kind.toLowerCase().replace("_", " ")} `), name),
      described(type.description),
    ];
    const section = (title, items, row) => {
      if (!items?.length) return;
      sections.push(make("h4", {}, title));
      sections.push(make("ul", { class: "rows" }, items.map((item) => make("li", { class: item.name === mark ? "marked" : null }, row(item)))));
    };
    if (/^https?:\/\//.test(type.specifiedByURL ?? "")) {
      const link = { href: type.specifiedByURL, target: "_blank", rel: "noopener noreferrer" };
      sections.push(make("p", {}, "Specified at ", make("a", link, type.specifiedByURL)));
    }
    section("Fields", type.fields, (field) => this.field(name, field));
    section("Takes", type.inputFields, (input) => this.input(input));
    section("Values", type.enumValues, (value) => [make("span", { class: "t-enum" }, value.name), old(value), described(value.description)]);
    section("One of", type.possibleTypes, (possible) => this.link(possible.name));
    return sections;
  }

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

  /** A type as it is written, of which the name leads to it. */
  reference(type) {
    const name = bare(type);
    const [before, after] = written(type).split(name);
    return make("span", { class: "type" }, before, this.link(name), after);
  }

  link(name) {
    return make("button", { class: "link", on: { click: () => this.go(name) } }, name);
  }
}

const heading = (text) => make("h3", { tabindex: "-1" }, text);

function old({ isDeprecated, deprecationReason }) {
  return isDeprecated ? make("span", { class: "warning" }, ` deprecated: ${deprecationReason ?? "no reason is told"}`) : null;
}
