// What came back?
//
// Invariant: the answer is shown as the server wrote it, only laid out; a stream is kept to its last items.

import { make, paintLines } from "./dom.js";
import { jsonPieces, layJson } from "./language.js";
import { requestId } from "./transport.js";

/** The most items of a subscription that are kept. */
const KEPT = 200;

export class Answer {
  /** `goTo(line, column)` leads to a place in the query. */
  constructor({ facts, faults, body }, goTo) {
    Object.assign(this, { facts, faults, body, goTo });
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

  /** An answer over HTTP. */
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

  /** What went wrong before any answer came. */
  broken(message) {
    this.clear();
    this.tell([[message, "bad"]]);
  }

  tell(facts) {
    const shown = facts.filter(Boolean).map(([text, kind]) => make("span", { class: kind ?? null }, text));
    this.facts.replaceChildren(...shown);
  }

  /** Lists errors, with the places in the query that they are about. */
  fail(errors) {
    if (!Array.isArray(errors)) return;
    const rows = errors.map(({ message, path, locations, extensions }) => {
      const places = (locations ?? []).map(({ line, column }) =>
        make("button", { class: "link", on: { click: () => this.goTo(line, column) } }, `line ${line}, column ${column}`),
      );
      const within = path?.length ? make("span", { class: "of" }, `at ${path.join(".")}`) : null;
      const code = extensions?.code ? make("code", {}, extensions.code) : null;
      const details = [code, within, ...places].filter(Boolean);
      // A message of several lines draws where the fault is, and may have to be scrolled by keyboard.
      const drawn = message?.includes("\n") ? { class: "drawn", tabindex: "0" } : {};
      return make("li", {}, make("p", drawn, message), make("p", { class: "places" }, details));
    });
    this.faults.replaceChildren(make("ul", { "aria-label": "Errors" }, rows));
  }

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

  count(text, kind) {
    const kept = this.arrived > KEPT ? `${this.arrived} arrived, the last ${KEPT} are kept` : `${this.arrived} arrived`;
    this.tell([[text, kind], [kept]]);
  }

  /** An item has arrived; the newest is at the top. */
  item(payload, at = new Date()) {
    if (!this.items) return;
    this.arrived += 1;
    // What someone has opened stays open; only the newest one opens by itself.
    const newest = this.items.firstElementChild?.firstElementChild;
    if (newest && !newest.dataset.kept) newest.open = false;
    const text = JSON.stringify(payload);
    const id = requestId(payload);
    const bad = payload.errors ? "bad" : null;
    const summary = make("summary", {}, make("span", { class: bad }, `${this.arrived}`), ` ${at.toTimeString().slice(0, 8)}`, make("span", { class: "of" }, ` ${glance(payload)}${id ? `, request ${id}` : ""}`));
    const details = make("details", { open: true }, summary, this.json(text, text));
    summary.addEventListener("click", () => (details.dataset.kept = "yes"));
    this.items.prepend(make("li", {}, details));
    if (this.items.children.length > KEPT) this.items.lastElementChild.remove();
    if (payload.errors) this.fail(payload.errors);
    this.count("Listening", "good");
  }

  ended(why) {
    if (this.items) this.count(why);
    else this.broken(why);
  }
}

/** The first few plain values of an item, so that a closed one can be told from others. */
function glance(payload) {
  const found = [];
  const look = (value) => {
    if (found.length > 3) return;
    if (value && typeof value === "object") Object.values(value).forEach(look);
    else if (value !== null && value !== undefined) found.push(String(value));
  };
  look(payload.data ?? payload.errors?.map((error) => error.message));
  return found.join(" · ").slice(0, 90);
}

const duration = (milliseconds) =>
  milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(2)} s`;

const size = (bytes) => (bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KiB`);
