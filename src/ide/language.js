// What are the words of a GraphQL document or of JSON, and how are they laid out well?
//
// Invariant: tokens and the gaps between them are the whole text, and nothing that a person types makes this throw;
// laying out changes white space and commas only.

const GRAPHQL = new RegExp(
  [
    "(?<comment>#[^\\n\\r]*)",
    '(?<block>"""(?:\\\\"""|[^])*?(?:"""|$))',
    '(?<string>"(?:\\\\.|[^"\\\\\\n\\r])*"?)',
    "(?<number>-?\\d[\\w.+-]*)",
    "(?<variable>\\$\\w*)",
    "(?<directive>@\\w*)",
    "(?<name>[A-Za-z_]\\w*)",
    "(?<spread>\\.\\.\\.)",
    "(?<mark>[{}()[\\]:=!|&])",
    "(?<other>[^\\s,\\ufeff])",
  ].join("|"),
  "g",
);
const JSON_WORDS = /(?<string>"(?:\\.|[^"\\])*"?)|(?<number>-?\d[\w.+-]*)|(?<word>[A-Za-z]+)|(?<mark>[{}[\],:])|(?<other>\S)/g;

/** Longer texts are shown without colours: a span a word would make typing slow. */
const COLOURED_LENGTH = 200_000;
/** Arguments that would make a line longer than this get a line each. */
const WIDTH = 90;
/** A list of plain values up to this length stays on one line. */
const SHORT = 60;
const KEYWORDS = new Set(["query", "mutation", "subscription", "fragment", "on", "true", "false", "null"]);
const CLOSERS = { "{": "}", "(": ")", "[": "]" };

function words(text, pattern) {
  const found = [];
  for (const match of text.matchAll(pattern)) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    found.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** The tokens of a GraphQL document. */
export const tokens = (text) => words(text, GRAPHQL);

function pieces(text, found, kindOf) {
  if (text.length > COLOURED_LENGTH) return [{ kind: "", text }];
  const all = [];
  let end = 0;
  found.forEach((token, at) => {
    if (token.start > end) all.push({ kind: "", text: text.slice(end, token.start) });
    all.push({ ...kindOf(token, at), text: token.text });
    end = token.end;
  });
  all.push({ kind: "", text: text.slice(end) });
  return all;
}

/** A GraphQL document in coloured pieces. */
export function graphqlPieces(text) {
  const found = tokens(text);
  let parentheses = 0;
  return pieces(text, found, (token, at) => {
    if (token.text === "(") parentheses += 1;
    if (token.text === ")") parentheses = Math.max(0, parentheses - 1);
    if (token.kind === "block") return { kind: "string" };
    if (token.kind !== "name") return { kind: token.kind };
    if (KEYWORDS.has(token.text) && isKeyword(found, at, parentheses)) return { kind: "keyword" };
    if (/^[A-Z].*[a-z]/.test(token.text)) return { kind: "type" };
    if (!parentheses) return { kind: "field" };
    return { kind: found[at + 1]?.text === ":" ? "argument" : "enum" };
  });
}

/** Whether a word that can be a keyword is one here: a field may be called `on` or `query`. */
function isKeyword(found, at, parentheses) {
  if (found[at].text === "on") return found[at - 1]?.kind === "spread" || found[at - 2]?.text === "fragment";
  return parentheses > 0 ? found[at + 1]?.text !== ":" : [undefined, "}"].includes(found[at - 1]?.text);
}

/** JSON in coloured pieces, its web addresses as links. */
export function jsonPieces(text, { links = false } = {}) {
  const found = words(text, JSON_WORDS);
  return pieces(text, found, (token, at) => {
    if (token.kind === "word") return { kind: "keyword" };
    if (token.kind !== "string") return { kind: token.kind };
    if (found[at + 1]?.text === ":") return { kind: "field" };
    const address = links && /^"https?:\/\//.test(token.text) ? unquoted(token.text) : null;
    return { kind: "string", href: address };
  });
}

function unquoted(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** JSON laid out, from its words and not from what a parser makes of them: 90.0 stays 90.0. */
export function layJson(text) {
  const found = words(text, JSON_WORDS);
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
      if (next !== CLOSERS[token.text]) {
        depth += 1;
        out += line();
      }
    } else if (token.text === "}" || token.text === "]") {
      const before = found[at - 1]?.text;
      if (CLOSERS[before] !== token.text) {
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

/** Where a list ends that fits on a line, since it has plain values alone and few; -1 for any other. */
function shortList(found, at) {
  const to = found.findIndex((token, place) => place > at && token.kind === "mark" && token.text !== ",");
  return found[to]?.text === "]" && found[to].end - found[at].start <= SHORT ? to : -1;
}

/** A bracket that is not closed or closes nothing; null when all is well. */
export function unbalanced(found) {
  const open = [];
  for (const token of found) {
    if (token.kind !== "mark") continue;
    if (CLOSERS[token.text]) open.push(token);
    else if ("})]".includes(token.text) && CLOSERS[open.pop()?.text] !== token.text) return token;
  }
  return open.pop() ?? null;
}

/** A GraphQL document laid out, or null when its brackets do not match. */
export function layGraphql(text) {
  const found = tokens(text);
  if (unbalanced(found) || found.some((token) => token.kind === "other")) return null;
  if (found.length === 0) return "";
  const layout = { lines: [], line: "", depth: 0 };
  for (let at = 0; at < found.length; ) at = layDefinitionPart(text, found, at, layout);
  breakLine(layout);
  return `${layout.lines.join("\n")}\n`;
}

function breakLine(layout) {
  if (layout.line.trim()) layout.lines.push(layout.line.trimEnd());
  layout.line = "  ".repeat(layout.depth);
}

/** Lays out what begins at a token, outside parentheses, and gives the place of what follows. */
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

/** Whether a selection of plain fields, written on one line, can stay there: `{ title url }` reads well. */
function shortSelection(text, found, at, layout) {
  const to = found.findIndex((other, place) => place > at && other.kind === "mark" && other.text !== ":");
  const source = text.slice(found[at].start, found[to].end);
  const plain = found.slice(at + 1, to).every((token) => token.kind === "name" || token.text === ":");
  return found[to].text === "}" && plain && !source.includes("\n") && layout.line.length + source.length < WIDTH;
}

/** Whether a token outside parentheses begins a field or a spread, rather than going on with one. */
function beginsSelection(found, at) {
  const [twice, before] = [found[at - 2], found[at - 1]];
  if (found[at].kind === "spread") return true;
  if (found[at].kind !== "name" || before?.text === ":" || before?.kind === "spread") return false;
  return !(before?.text === "on" && twice?.kind === "spread");
}

function gap(before, token) {
  if (!before || "([{".includes(before.text)) return "";
  // A fragment's name stands at its dots, what follows them otherwise does not.
  if (before.kind === "spread" && token.kind === "name" && token.text !== "on") return "";
  return ")]:!".includes(token.text) ? "" : " ";
}

/** Lays out what is in parentheses: on one line where it fits, otherwise an argument a line. */
function layArguments(found, from, layout) {
  let depth = 0;
  let to = from;
  do {
    if (CLOSERS[found[to].text]) depth += 1;
    else if ("})]".includes(found[to].text)) depth -= 1;
    to += 1;
  } while (depth > 0);
  const inside = found.slice(from + 1, to - 1);
  const each = [];
  depth = 0;
  inside.forEach((token, at) => {
    const begins = depth === 0 && inside[at + 1]?.text === ":" && (token.kind === "name" || token.kind === "variable");
    if (begins || token.kind === "comment" || each.length === 0) each.push([]);
    each.at(-1).push(token);
    if (CLOSERS[token.text]) depth += 1;
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

/** The tokens of one argument on a line; a comma stands between the members of a list or an object. */
function joined(argument) {
  const open = [];
  return argument.reduce((line, token, at) => {
    const before = argument[at - 1];
    const closes = "})]".includes(token.text);
    const within = open.at(-1);
    if (closes) open.pop();
    if (CLOSERS[token.text]) open.push(token.text);
    if (!before) return token.text;
    if (before.kind === "comment") return `${line}\n${token.text}`;
    const member = within && !closes && !CLOSERS[before.text] && before.text !== ":" && token.text !== ":";
    if (member && token.text !== "!") return `${line}, ${token.text}`;
    const braces = before.text === "{" || token.text === "}";
    return `${line}${braces && before.text + token.text !== "{}" ? " " : gap(before, token)}${token.text}`;
  }, "");
}
