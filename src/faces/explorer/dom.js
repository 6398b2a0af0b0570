// How does text become part of the page?
//
// Invariant: whatever the server or a link says is put in as text; nothing is ever read as markup.

/**
 * A part of a text with the kind of word that it is, empty for none; one with an address becomes a link.
 * @typedef {{ kind: string, text: string, href?: string | null }} Piece
 */
/** @typedef {{ [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E]) => void }} Listeners */
/** @typedef {Node | string | null | undefined} Child */

/**
 * The element of the page that has an id, and is of a kind.
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${kind.name} with the id ${id}`);
}

/**
 * An element with attributes and children; `on` holds listeners, and a child may be text or null.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | boolean | null | undefined | Listeners>} attributes
 * @param {(Child | Child[])[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "object" && value !== null) {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, /** @type {EventListener} */ (listener));
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  const kept = children.flat().filter((child) => child !== null && child !== undefined);
  element.append(...kept.filter((child) => child !== ""));
  return element;
}

/**
 * Shows coloured pieces in an element.
 * @param {Element} element
 * @param {Piece[]} pieces
 */
export function paint(element, pieces) {
  const made = document.createDocumentFragment();
  for (const piece of pieces) made.append(painted(piece));
  element.replaceChildren(made);
}

/**
 * Shows coloured pieces line by line, so that a long line goes on below its own beginning.
 * @param {Element} element
 * @param {Piece[]} pieces
 */
export function paintLines(element, pieces) {
  /** @type {Piece[]} */
  let line = [];
  const lines = [line];
  for (const piece of pieces) {
    const [first, ...others] = piece.text.split("\n");
    line.push({ ...piece, text: first });
    for (const text of others) lines.push((line = [{ ...piece, text }]));
  }
  const made = lines.map((line) => {
    const indent = indentOf(line.map(({ text }) => text).join("")) + 2;
    const row = make("span", { class: "row" }, line.filter(({ text }) => text).map(painted), "\n");
    row.style.paddingLeft = `${indent}ch`;
    row.style.textIndent = `-${indent}ch`;
    return row;
  });
  element.replaceChildren(...made);
}

/**
 * The blanks that a line begins with.
 * @param {string} line
 */
export const indentOf = (line) => line.length - line.replace(/^ +/, "").length;

/** @param {Piece} piece */
function painted({ kind, text, href }) {
  if (href) return make("a", { class: `t-${kind}`, href, target: "_blank", rel: "noopener noreferrer" }, text);
  return kind ? make("span", { class: `t-${kind}` }, text) : text;
}

/**
 * A description, in which `words between backticks` are code.
 * @param {string | null | undefined} text
 */
export function described(text) {
  const parts = (text ?? "").split(/`([^`]+)`/);
  return make("p", { class: "about" }, parts.map((part, at) => (at % 2 ? make("code", {}, part) : part)));
}

/**
 * Calls a function once the calls have paused for so long.
 * @param {number} milliseconds
 * @param {() => void} call
 */
export function later(milliseconds, call) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(call, milliseconds);
  };
}
