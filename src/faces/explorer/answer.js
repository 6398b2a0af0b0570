// What came back?
//
// Invariant: the answer is shown as the server wrote it, only laid out; a stream is kept to its last items.

import { make, paintLines } from "./dom.js";
import { faultList } from "./faults.js";
import { jsonPieces } from "./language.js";
import { layJson } from "./layout.js";
import { requestId } from "./transport.js";

/** @import { GoTo } from "./faults.js" */
/** @import { Came, Fault, Payload } from "./transport.js" */
/** @typedef {[text: string, kind?: string]} Fact */

/** The most items of a subscription that are kept. */
const KEPT = 200;

export class Answer {
  /**
   * @param {{ facts: HTMLElement, faults: HTMLElement, body: HTMLElement }} parts
   * @param {GoTo} goTo
   */
  constructor({ facts, faults, body }, goTo) {
    this.facts = facts;
    this.faults = faults;
    this.body = body;
    this.goTo = goTo;
    this.arrived = 0;
    /** @type {HTMLOListElement | null} */
    this.items = null;
  }

  clear(note = "") {
    this.facts.replaceChildren(note);
    this.faults.replaceChildren();
    this.body.replaceChildren();
    this.body.removeAttribute("aria-busy");
    this.items = null;
  }

  waiting() {
    this.clear("Asking …");
    this.body.setAttribute("aria-busy", "true");
  }

  /**
   * An answer over HTTP.
   * @param {Came} came
   */
  show({ ok, status, milliseconds, bytes, requestId: id, text, json }) {
    this.clear();
    const wrong = !ok || json?.errors;
    this.tell([
      [wrong && ok ? `${status}, with errors` : status, wrong ? "bad" : "good"],
      [duration(milliseconds)],
      [size(bytes)],
      id ? [`request ${id}`] : null,
    ]);
    this.fail(json?.errors);
    this.body.replaceChildren(this.json(json === null ? null : text, text));
  }

  /**
   * What went wrong before any answer came.
   * @param {string} message
   */
  broken(message) {
    this.clear();
    this.tell([[message, "bad"]]);
  }

  /** @param {(Fact | null)[]} facts */
  tell(facts) {
    const shown = facts.filter((fact) => fact !== null).map(([text, kind]) => make("span", { class: kind ?? null }, text));
    this.facts.replaceChildren(...shown);
  }

  /**
   * Lists errors, with the places in the query that they are about.
   * @param {Fault[] | undefined} errors
   */
  fail(errors) {
    if (Array.isArray(errors)) this.faults.replaceChildren(faultList(errors, this.goTo));
  }

  /**
   * JSON as it is shown, and a text that is none as it came.
   * @param {string | null} text
   * @param {string} otherwise
   */
  json(text, otherwise) {
    const pre = make("pre", { class: "json", tabindex: "0", "aria-label": "Answer" });
    const pieces = text === null ? [] : jsonPieces(layJson(text), { links: true });
    // A single piece is a text too long for colours, and then also for an element a line.
    if (pieces.length > 1) paintLines(pre, pieces);
    else pre.textContent = pieces[0]?.text ?? otherwise;
    return pre;
  }

  /** A subscription has begun. */
  stream() {
    this.clear();
    this.arrived = 0;
    this.items = make("ol", { class: "items", reversed: true });
    this.body.replaceChildren(this.items);
    this.count("Waiting for the first item …", "good");
  }

  /**
   * @param {string} text
   * @param {string} [kind]
   */
  count(text, kind) {
    const kept = this.arrived > KEPT ? `${this.arrived} arrived, the last ${KEPT} are kept` : `${this.arrived} arrived`;
    this.tell([[text, kind], [kept]]);
  }

  /**
   * An item has arrived; the newest is at the top.
   * @param {Payload} payload
   */
  item(payload, at = new Date()) {
    if (!this.items) return;
    this.arrived += 1;
    // What someone has opened stays open; only the newest one opens by itself.
    const newest = this.items.firstElementChild?.firstElementChild;
    if (newest instanceof HTMLDetailsElement && !newest.dataset.kept) newest.open = false;
    const text = JSON.stringify(payload);
    const id = requestId(payload);
    const bad = payload.errors ? "bad" : null;
    const summary = make("summary", {}, make("span", { class: bad }, `${this.arrived}`), ` ${at.toTimeString().slice(0, 8)}`, make("span", { class: "of" }, ` ${glance(payload)}${id ? `, request ${id}` : ""}`));
    const details = make("details", { open: true }, summary, this.json(text, text));
    summary.addEventListener("click", () => (details.dataset.kept = "yes"));
    this.items.prepend(make("li", {}, details));
    if (this.items.children.length > KEPT) this.items.lastElementChild?.remove();
    if (payload.errors) this.fail(payload.errors);
    this.count("Listening", "good");
  }

  /** @param {string} why */
  ended(why) {
    if (this.items) this.count(why);
    else this.broken(why);
  }
}

/**
 * The first few plain values of an item, so that a closed one can be told from others.
 * @param {Payload} payload
 */
function glance(payload) {
  /** @type {string[]} */
  const found = [];
  /** @param {unknown} value */
  const look = (value) => {
    if (found.length > 3) return;
    if (value && typeof value === "object") Object.values(value).forEach(look);
    else if (value !== null && value !== undefined) found.push(String(value));
  };
  look(payload.data ?? payload.errors?.map((error) => error.message));
  return found.join(" · ").slice(0, 90);
}

/** @param {number} milliseconds */
const duration = (milliseconds) =>
  milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(2)} s`;

/** @param {number} bytes */
const size = (bytes) => (bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KiB`);
