// How are errors listed?
//
// Invariant: each with its code and the places in the query that it is about, which one key or click leads to.

import { make } from "./dom.js";

/** @import { Fault } from "./transport.js" */
/** @typedef {(line: number, column: number) => void} GoTo Leads to a place in the query, both from 1. */

/**
 * A list of errors.
 * @param {Fault[]} errors
 * @param {GoTo} goTo
 */
export function faultList(errors, goTo) {
  const rows = errors.map(({ message, path, locations, extensions }) => {
    const places = (locations ?? []).map(({ line, column }) =>
      make("button", { class: "link", on: { click: () => goTo(line, column) } }, `line ${line}, column ${column}`),
    );
    const within = path?.length ? make("span", { class: "of" }, `at ${path.join(".")}`) : null;
    const code = extensions?.code ? make("code", {}, extensions.code) : null;
    // A message of several lines draws where the fault is, and may have to be scrolled by keyboard.
    const drawn = message?.includes("\n") ? { class: "drawn", tabindex: "0" } : {};
    return make("li", {}, make("p", drawn, message), make("p", { class: "places" }, [code, within, ...places]));
  });
  return make("ul", { "aria-label": "Errors" }, rows);
}
