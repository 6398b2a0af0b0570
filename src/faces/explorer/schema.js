// What can be asked, as the server itself tells by introspection?
//
// Invariant: only what the server told is shown or offered; nothing about the schema is written down here.

const TYPE = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
const INPUT = `name description defaultValue type { ${TYPE} }`;
export const INTROSPECTION = `query Introspection {
  __schema {
    queryType { name } mutationType { name } subscriptionType { name }
    directives { name description locations args { ${INPUT} } }
    types {
      kind name description specifiedByURL
      fields(includeDeprecated: true) {
        name description isDeprecated deprecationReason args { ${INPUT} } type { ${TYPE} }
      }
      inputFields { ${INPUT} }
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
      possibleTypes { name }
    }
  }
}`;

/** @typedef {{ kind: string, name?: string | null, ofType?: Reference | null }} Reference */
/**
 * What can be offered and described.
 * @typedef {object} Item
 * @property {string} name
 * @property {string | null} [description]
 * @property {boolean} [isDeprecated]
 * @property {string | null} [deprecationReason]
 */
/** @typedef {Item & { type: Reference, defaultValue: string | null }} Input */
/** @typedef {Item & { type: Reference, args: Input[] }} Field */
/** @typedef {Item & { locations: string[], args: Input[] }} Directive */
/**
 * @typedef {Item & {
 *   kind: string, specifiedByURL?: string | null, fields?: Field[] | null, inputFields?: Input[] | null,
 *   enumValues?: Item[] | null, possibleTypes?: { name: string }[] | null,
 * }} Type
 */
/** @typedef {{ name: string } | null} Root */
/**
 * The answer to `INTROSPECTION`.
 * @typedef {{ queryType: Root, mutationType: Root, subscriptionType: Root, directives: Directive[], types: Type[] }} Told
 */
/** @typedef {{ kind: string, name: string, about: string | null | undefined, type: string, rank: number }} Found */
/** @typedef {string | null | undefined} Name */

const COMPOSITE = new Set(["OBJECT", "INTERFACE", "UNION"]);
/** A field that every composite type has, which introspection leaves out. */
/** @type {Field} */
const TYPENAME = {
  name: "__typename",
  description: "The name of the type.",
  args: [],
  type: { kind: "NON_NULL", ofType: { kind: "SCALAR", name: "String" } },
};

/**
 * The name of a type without lists and non-nulls around it.
 * @param {Reference | null | undefined} type
 */
export function bare(type) {
  let at = type;
  while (at?.ofType) at = at.ofType;
  return at?.name ?? "";
}

/**
 * A type as the schema language writes it: `[Agreement!]!`.
 * @param {Reference} type
 * @returns {string}
 */
export function written(type) {
  if (!type.ofType) return type.name ?? "";
  return type.kind === "NON_NULL" ? `${written(type.ofType)}!` : `[${written(type.ofType)}]`;
}

/**
 * Whether an argument or an input field must be given.
 * @param {Input} input
 */
export const required = (input) => input.type.kind === "NON_NULL" && input.defaultValue === null;

const PLACEHOLDERS = new Map([["Int", "0"], ["Float", "0"], ["Boolean", "false"]]);

/** The schema, from the answer to `INTROSPECTION`. */
export class Schema {
  /** @param {Told} told */
  constructor(told) {
    this.types = new Map(told.types.map((type) => [type.name, type]));
    // The others belong into a schema and not into a query.
    const inQueries = /^(QUERY|MUTATION|SUBSCRIPTION|FIELD|FRAGMENT_|INLINE_|VARIABLE_)/;
    this.directives = told.directives.filter(({ locations }) => locations.some((place) => inQueries.test(place) && place !== "FIELD_DEFINITION"));
    /** @type {Record<string, string | undefined>} */
    this.roots = {
      query: told.queryType?.name,
      mutation: told.mutationType?.name,
      subscription: told.subscriptionType?.name,
    };
  }

  /**
   * A type by its name.
   * @param {Name} name
   */
  type(name) {
    return this.types.get(name ?? "");
  }

  /** The names of the types that a person can meet, sorted. */
  get names() {
    return [...this.types.keys()].filter((name) => !name.startsWith("__")).sort();
  }

  /**
   * The fields that can be asked of a type.
   * @param {Name} name
   * @returns {Field[]}
   */
  fields(name) {
    const type = this.type(name);
    if (!type || !COMPOSITE.has(type.kind)) return [];
    return [...(type.fields ?? []), TYPENAME];
  }

  /**
   * One field of a type.
   * @param {Name} type
   * @param {string} name
   */
  field(type, name) {
    return this.fields(type).find((field) => field.name === name);
  }

  /**
   * What an input object takes.
   * @param {Name} name
   */
  inputs(name) {
    return this.type(name)?.inputFields ?? [];
  }

  /**
   * Whether fields must be selected of it.
   * @param {Name} name
   */
  composite(name) {
    return COMPOSITE.has(this.type(name)?.kind ?? "");
  }

  /**
   * The composite types that a fragment on a type can be about.
   * @param {Name} [name]
   */
  fragments(name) {
    const possible = this.type(name)?.possibleTypes?.map((type) => type.name);
    return possible?.length ? possible : this.names.filter((other) => this.composite(other));
  }

  /** The types that a variable can have. */
  variableTypes() {
    const kinds = new Set(["SCALAR", "ENUM", "INPUT_OBJECT"]);
    return this.names.filter((name) => kinds.has(this.type(name)?.kind ?? ""));
  }

  /**
   * The values that are offered for an input of a type: those of an enum, or of a Boolean.
   * @param {Name} name
   * @returns {Item[]}
   */
  values(name) {
    if (name === "Boolean") return [{ name: "true" }, { name: "false" }];
    return this.type(name)?.enumValues ?? [];
  }

  /**
   * A field as it can stand in a query: its required arguments to be filled in, and some of what it has.
   * @param {Field} field
   */
  snippet(field) {
    const args = field.args.filter(required).map((arg) => `${arg.name}: ${this.placeholder(arg.type)}`);
    const given = args.length ? `(${args.join(", ")})` : "";
    return `${field.name}${given}${this.selection(bare(field.type), 2)}`;
  }

  /**
   * @param {Reference} type
   * @returns {string}
   */
  placeholder(type) {
    if (type.kind === "NON_NULL" && type.ofType) return this.placeholder(type.ofType);
    if (type.kind === "LIST") return "[]";
    const known = this.type(type.name);
    if (known?.kind === "ENUM") return known.enumValues?.[0]?.name ?? "null";
    if (known?.kind === "INPUT_OBJECT") return "{}";
    return PLACEHOLDERS.get(type.name ?? "") ?? '""';
  }

  /**
   * The plain fields of a type, and those of a connection's nodes.
   * @param {Name} name
   * @param {number} depth
   * @returns {string}
   */
  selection(name, depth) {
    if (!this.composite(name)) return "";
    const simple = this.fields(name).filter((field) => !field.args.some(required) && !field.isDeprecated);
    const leaves = simple.filter((field) => !this.composite(bare(field.type)) && field.name !== "__typename");
    const chosen = leaves.slice(0, 4).map((field) => field.name);
    const nodes = simple.find((field) => field.name === "nodes");
    if (nodes && depth > 0) chosen.push(`nodes${this.selection(bare(nodes.type), depth - 1)}`);
    return ` { ${chosen.join(" ") || "__typename"} }`;
  }

  /**
   * Every name that has the words in it or in its description, those that begin with them first.
   * @param {string} words
   */
  search(words) {
    const wanted = words.trim().toLowerCase();
    /** @type {Found[]} */
    const found = [];
    /**
     * @param {string} kind
     * @param {Item} item
     * @param {string} type
     */
    const look = (kind, item, type) => {
      const at = item.name.toLowerCase().indexOf(wanted);
      const rank = at === 0 ? 0 : at > 0 ? 1 : item.description?.toLowerCase().includes(wanted) ? 2 : 3;
      if (rank < 3) found.push({ kind, name: item.name, about: item.description, type, rank });
    };
    for (const name of this.names) {
      const type = this.type(name);
      if (!type) continue;
      look("type", type, name);
      for (const field of type.fields ?? []) {
        look("field", field, name);
        for (const arg of field.args) look(`argument of ${field.name}`, arg, name);
      }
      for (const field of type.inputFields ?? []) look("input", field, name);
      for (const value of type.enumValues ?? []) look("value", value, name);
    }
    return found.sort((one, other) => one.rank - other.rank);
  }
}
