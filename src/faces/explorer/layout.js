// How are a GraphQL document and JSON laid out well?
//
// Invariant: laying out changes white space and commas only.

import { closer, jsonWords, tokens, unbalanced } from "./language.js";

/** @import { Token } from "./language.js" */
/** @typedef {{ lines: string[], line: string, depth: number }} Layout */

/** Arguments that would make a line longer than this get a line each. */
const WIDTH = 90;
/** A list of plain values up to this length stays on one line. */
const SHORT = 60;

/**
 * JSON laid out, from its words and not from what a parser makes of them: 90.0 stays 90.0.
 * @param {string} text
 */
export function layJson(text) {
  const found = jsonWords(text);
  let out = "";
  let depth = 0;
  let short = -1;
  const line = () => `\n${"  ".repeat(depth)}`;
  found.forEach((token, at) => {
    const next = found[at + 1]?.text;
    if (token.text === "[") short = Math.max(short, shortList(found, at));
    if (at <= short) {
      out += token.text === "," ? ", " : token.text;
    } else if (token.text === "{" || token.text === "[") {
      out += token.text;
      if (next !== closer(token.text)) {
        depth += 1;
        out += line();
      }
    } else if (token.text === "}" || token.text === "]") {
      if (closer(found[at - 1]?.text) !== token.text) {
        depth = Math.max(0, depth - 1);
        out += line();
      }
      out += token.text;
    } else if (token.text === ",") {
      out += `,${line()}`;
    } else {
      out += token.text === ":" ? ": " : token.text;
    }
  });
  return out;
}

/**
 * Where a list ends that fits on a line, since it has plain values alone and few; -1 for any other.
 * @param {Token[]} found
 * @param {number} at
 */
function shortList(found, at) {
  const to = found.findIndex((token, place) => place > at && token.kind === "mark" && token.text !== ",");
  return found[to]?.text === "]" && found[to].end - found[at].start <= SHORT ? to : -1;
}

/**
 * A GraphQL document laid out, or null when its brackets do not match.
 * @param {string} text
 */
export function layGraphql(text) {
  const found = tokens(text);
  if (unbalanced(found) || found.some((token) => token.kind === "other")) return null;
  if (found.length === 0) return "";
  /** @type {Layout} */
  const layout = { lines: [], line: "", depth: 0 };
  for (let at = 0; at < found.length; ) at = layDefinitionPart(text, found, at, layout);
  breakLine(layout);
  return `${layout.lines.join("\n")}\n`;
}

/** @param {Layout} layout */
function breakLine(layout) {
  if (layout.line.trim()) layout.lines.push(layout.line.trimEnd());
  layout.line = "  ".repeat(layout.depth);
}

/**
 * Lays out what begins at a token, outside parentheses, and gives the place of what follows.
 * @param {string} text
 * @param {Token[]} found
 * @param {number} at
 * @param {Layout} layout
 * @returns {number}
 */
function layDefinitionPart(text, found, at, layout) {
  const token = found[at];
  const before = found[at - 1];
  if (token.kind === "comment") {
    // A comment that ends a line stays there, any other has its own.
    const ends = before && !text.slice(before.end, token.start).includes("\n");
    const last = layout.lines.length - 1;
    if (ends && !layout.line.trim() && layout.lines[last]) layout.lines[last] += ` ${token.text}`;
    else layout.line += layout.line.trim() ? ` ${token.text}` : token.text;
    breakLine(layout);
  } else if (token.text === "(") {
    return layArguments(found, at, layout);
  } else if (token.text === "{" && layout.depth > 0 && shortSelection(text, found, at, layout)) {
    const to = found.findIndex((other, place) => place > at && other.text === "}");
    layout.line += ` { ${joined(found.slice(at + 1, to))} }`;
    return to + 1;
  } else if (token.text === "{") {
    layout.line += layout.line.trim() ? " {" : "{";
    layout.depth += 1;
    breakLine(layout);
  } else if (token.text === "}") {
    breakLine(layout);
    layout.depth -= 1;
    layout.line = `${"  ".repeat(layout.depth)}}`;
    breakLine(layout);
    if (layout.depth === 0 && at + 1 < found.length) layout.lines.push("");
  } else {
    if (layout.depth > 0 && beginsSelection(found, at)) breakLine(layout);
    layout.line += `${layout.line.trim() ? gap(before, token) : ""}${token.text}`;
  }
  return at + 1;
}

/**
 * Whether a selection of plain fields, written on one line, can stay there: `{ title url }` reads well.
 * @param {string} text
 * @param {Token[]} found
 * @param {number} at
 * @param {Layout} layout
 */
function shortSelection(text, found, at, layout) {
  const to = found.findIndex((other, place) => place > at && other.kind === "mark" && other.text !== ":");
  const source = text.slice(found[at].start, found[to].end);
  const plain = found.slice(at + 1, to).every((token) => token.kind === "name" || token.text === ":");
  return found[to].text === "}" && plain && !source.includes("\n") && layout.line.length + source.length < WIDTH;
}

/**
 * Whether a token outside parentheses begins a field or a spread, rather than going on with one.
 * @param {Token[]} found
 * @param {number} at
 */
function beginsSelection(found, at) {
  const [twice, before] = [found[at - 2], found[at - 1]];
  if (found[at].kind === "spread") return true;
  if (found[at].kind !== "name" || before?.text === ":" || before?.kind === "spread") return false;
  return !(before?.text === "on" && twice?.kind === "spread");
}

/**
 * What stands between two tokens.
 * @param {Token | undefined} before
 * @param {Token} token
 */
function gap(before, token) {
  if (!before || "([{".includes(before.text)) return "";
  // A fragment's name stands at its dots, what follows them otherwise does not.
  if (before.kind === "spread" && token.kind === "name" && token.text !== "on") return "";
  return ")]:!".includes(token.text) ? "" : " ";
}

/**
 * Lays out what is in parentheses: on one line where it fits, otherwise an argument a line.
 * @param {Token[]} found
 * @param {number} from
 * @param {Layout} layout
 */
function layArguments(found, from, layout) {
  let depth = 0;
  let to = from;
  do {
    if (closer(found[to].text)) depth += 1;
    else if ("})]".includes(found[to].text)) depth -= 1;
    to += 1;
  } while (depth > 0);
  const inside = found.slice(from + 1, to - 1);
  /** @type {Token[][]} */
  const each = [];
  depth = 0;
  inside.forEach((token, at) => {
    const begins = depth === 0 && inside[at + 1]?.text === ":" && (token.kind === "name" || token.kind === "variable");
    if (begins || token.kind === "comment" || each.length === 0) each.push([]);
    each.at(-1)?.push(token);
    if (closer(token.text)) depth += 1;
    else if ("})]".includes(token.text)) depth -= 1;
  });
  const written = each.map(joined);
  const flat = `(${written.join(", ")})`;
  const together = !inside.some((token) => token.kind === "comment" || token.text.includes("\n"));
  if (together && layout.line.length + flat.length <= WIDTH) {
    layout.line += flat;
  } else {
    layout.line += "(";
    layout.depth += 1;
    for (const argument of written) {
      breakLine(layout);
      layout.line += argument;
    }
    layout.depth -= 1;
    breakLine(layout);
    layout.line += ")";
  }
  return to;
}

/**
 * The tokens of one argument on a line; a comma stands between the members of a list or an object.
 * @param {Token[]} argument
 */
function joined(argument) {
  /** @type {string[]} */
  const open = [];
  return argument.reduce((line, token, at) => {
    const before = argument[at - 1];
    const closes = "})]".includes(token.text);
    const within = open.at(-1);
    if (closes) open.pop();
    if (closer(token.text)) open.push(token.text);
    if (!before) return token.text;
    if (before.kind === "comment") return `${line}\n${token.text}`;
    const member = within && !closes && !closer(before.text) && before.text !== ":" && token.text !== ":";
    if (member && token.text !== "!") return `${line}, ${token.text}`;
    const braces = before.text === "{" || token.text === "}";
    return `${line}${braces && before.text + token.text !== "{}" ? " " : gap(before, token)}${token.text}`;
  }, "");
}
