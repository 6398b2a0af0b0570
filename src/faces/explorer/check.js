// What is wrong with a document that someone is writing?
//
// Invariant: the server's own validation says so, asked after a pause and by one request at a time; what asks it names
// an operation that no document can have, so nothing is ever executed by it.

import { misfit } from "./grammar.js";

/** @import { Came, Fault, Request } from "./transport.js" */

/** How long typing must have paused, in milliseconds. */
const PAUSE = 400;
/** A longer text is not asked about: the server takes 256 KiB. */
const LONGEST = 200_000;
/** No name of an operation has a blank, so the server validates the document and then finds nothing to run. */
const NO_OPERATION = "none, validate only";
/** What the server refuses a document for; another refusal (of a token, of a quota) is not about the text. */
const ABOUT_THE_DOCUMENT = new Set(["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "QUERY_TOO_COMPLEX"]);

export class Check {
  /**
   * @param {(request: Request, signal: AbortSignal) => Promise<Came>} ask
   * @param {() => number} cursor Where somebody is writing.
   * @param {(faults: Fault[]) => void} tell
   */
  constructor(ask, cursor, tell) {
    this.ask = ask;
    this.cursor = cursor;
    this.tell = tell;
    this.timer = 0;
    /** Whether no question was taken the last time, for want of a server, a token or quota. */
    this.resting = false;
    /** @type {AbortController | null} */
    this.abort = null;
  }

  /**
   * The text is another one now.
   * @param {string} text
   */
  changed(text) {
    this.stop();
    this.tell([]);
    if (text.trim() && text.length <= LONGEST) this.timer = setTimeout(() => this.begin(text), PAUSE);
  }

  /** Asks no more about what was written so far. */
  stop() {
    clearTimeout(this.timer);
    this.abort?.abort();
    this.abort = null;
  }

  /** The server may take questions again. */
  wake() {
    this.resting = false;
  }

  /** @param {string} text */
  async begin(text) {
    const wrong = misfit(text);
    if (wrong) {
      // Where somebody is writing something is missing, and that is no mistake yet.
      const unfinished = wrong.text === "" || (wrong.after <= this.cursor() && this.cursor() <= wrong.end);
      this.tell(unfinished ? [] : [fault(text, wrong)]);
      return;
    }
    if (this.resting) return;
    const abort = new AbortController();
    this.abort = abort;
    try {
      const { ok, json } = await this.ask({ query: text, operationName: NO_OPERATION }, abort.signal);
      this.resting = !ok;
      const faults = Array.isArray(json?.errors) ? json.errors : [];
      if (this.abort === abort) this.tell(faults.filter(({ extensions }) => ABOUT_THE_DOCUMENT.has(extensions?.code ?? "")));
    } catch {
      // Without an answer nothing is known to be wrong; whoever runs the document hears why none came.
      if (!abort.signal.aborted) this.resting = true;
    }
    if (this.abort === abort) this.abort = null;
  }
}

/**
 * @param {string} text
 * @param {{ text: string, start: number }} wrong
 * @returns {Fault}
 */
function fault(text, wrong) {
  const lines = text.slice(0, wrong.start).split("\n");
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return { message: `\`${wrong.text.slice(0, 40)}\` does not belong here`, locations: [{ line: lines.length, column }] };
}
