// What are the words of a GraphQL document or of JSON, and which colour has each?
//
// Invariant: tokens and the gaps between them are the whole text, and nothing that a person types makes this throw.

/** @import { Piece } from "./dom.js" */
/** @typedef {{ kind: string, text: string, start: number, end: number }} Token */

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
const KEYWORDS = new Set(["query", "mutation", "subscription", "fragment", "on", "true", "false", "null"]);
const CLOSERS = new Map([["{", "}"], ["(", ")"], ["[", "]"]]);

/**
 * What closes the bracket that a text is; undefined for any other text.
 * @param {string | undefined} text
 */
export const closer = (text) => (text === undefined ? undefined : CLOSERS.get(text));

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @returns {Token[]}
 */
function words(text, pattern) {
  return Array.from(text.matchAll(pattern), (match) => {
    const [kind] = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined) ?? ["other"];
    return { kind, text: match[0], start: match.index, end: match.index + match[0].length };
  });
}

/**
 * The tokens of a GraphQL document.
 * @param {string} text
 */
export const tokens = (text) => words(text, GRAPHQL);

/**
 * The words of JSON.
 * @param {string} text
 */
export const jsonWords = (text) => words(text, JSON_WORDS);

/**
 * @param {string} text
 * @param {Token[]} found
 * @param {(token: Token, at: number) => { kind: string, href?: string | null }} kindOf
 * @returns {Piece[]}
 */
function pieces(text, found, kindOf) {
  if (text.length > COLOURED_LENGTH) return [{ kind: "", text }];
  /** @type {Piece[]} */
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

/**
 * A GraphQL document in coloured pieces.
 * @param {string} text
 */
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

/**
 * Whether a word that can be a keyword is one here: a field may be called `on` or `query`.
 * @param {Token[]} found
 * @param {number} at
 * @param {number} parentheses
 */
function isKeyword(found, at, parentheses) {
  if (found[at].text === "on") return found[at - 1]?.kind === "spread" || found[at - 2]?.text === "fragment";
  return parentheses > 0 ? found[at + 1]?.text !== ":" : [undefined, "}"].includes(found[at - 1]?.text);
}

/**
 * JSON in coloured pieces, its web addresses as links.
 * @param {string} text
 */
export function jsonPieces(text, { links = false } = {}) {
  const found = jsonWords(text);
  return pieces(text, found, (token, at) => {
    if (token.kind === "word") return { kind: "keyword" };
    if (token.kind !== "string") return { kind: token.kind };
    if (found[at + 1]?.text === ":") return { kind: "field" };
    const address = links && /^"https?:\/\//.test(token.text) ? unquoted(token.text) : null;
    return { kind: "string", href: address };
  });
}

/**
 * @param {string} text
 * @returns {string | null}
 */
function unquoted(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * A bracket that is not closed or closes nothing; null when all is well.
 * @param {Token[]} found
 */
export function unbalanced(found) {
  /** @type {Token[]} */
  const open = [];
  for (const token of found) {
    if (token.kind !== "mark") continue;
    if (closer(token.text)) open.push(token);
    else if ("})]".includes(token.text) && closer(open.pop()?.text) !== token.text) return token;
  }
  return open.pop() ?? null;
}
