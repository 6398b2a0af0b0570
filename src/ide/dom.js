// How does text become part of the page?
//
// Invariant: whatever the server or a link says is put in as text; nothing is ever read as markup.

/** An element with attributes and children; `on` holds listeners, and a child may be text or null. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Shows coloured pieces (`{ kind, text }`) in an element; a piece with `href` becomes a link. */
export function paint(element, pieces) {
  const made = document.createDocumentFragment();
  for (const piece of pieces) made.append(painted(piece));
  element.replaceChildren(made);
}

/** Shows coloured pieces line by line, so that a long line goes on below its own beginning. */
export function paintLines(element, pieces) {
  const lines = [[]];
  for (const piece of pieces) {
    const [first, ...others] = piece.text.split("\n");
    lines.at(-1).push({ ...piece, text: first });
    for (const text of others) lines.push([{ ...piece, text }]);
  }
  const made = lines.map((line) => {
    const indent = /^ */.exec(line.map(({ text }) => text).join(""))[0].length + 2;
    const row = make("span", { class: "row" }, line.filter(({ text }) => text).map(painted), "\n");
    row.style.paddingLeft = `${indent}ch`;
    row.style.textIndent = `-${indent}ch`;
    return row;
  });
  element.replaceChildren(...made);
}

function painted({ kind, text, href }) {
  if (href) return make("a", { class: `t-${kind}`, href, target: "_blank", rel: "noopener noreferrer" }, text);
  return kind ? make("span", { class: `t-${kind}` }, text) : text;
}

/** A description, in which `words between backticks` are code. */
export function described(text, attributes = {}) {
  const parts = (text ?? "").split(/`([^`]+)`/);
  return make("p", { class: "about", ...attributes }, parts.map((part, at) => (at % 2 ? make("code", {}, part) : part)));
}

/** Calls a function once the calls have paused for so long. */
export function later(milliseconds, call) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...values), milliseconds);
  };
}
