// What happens from Run to the answer?
//
// Invariant: one question runs at a time; who runs another one, or presses Stop, ends it.

import { byId } from "./dom.js";
import { ask, subscribe } from "./transport.js";

/** @import { Answer } from "./answer.js" */
/** @import { Question } from "./question.js" */
/** @import { Fault, Request } from "./transport.js" */

export class Runs {
  /**
   * @param {Question} question
   * @param {Answer} answer
   * @param {(text: string) => void} say
   * @param {() => void} answered Is called when an answer is shown.
   */
  constructor(question, answer, say, answered) {
    this.question = question;
    this.answer = answer;
    this.say = say;
    this.answered = answered;
    this.button = byId("stop", HTMLButtonElement);
    /** @type {(() => void) | null} */
    this.current = null;
  }

  stop() {
    this.current?.();
  }

  /**
   * @param {Request} request
   * @param {string} word
   */
  async run(request, word) {
    if (word === "subscription") this.listen(request);
    else await this.fetch(request);
  }

  /** @param {Request} request */
  async fetch(request) {
    const abort = new AbortController();
    const mine = () => abort.abort();
    this.begin(mine);
    this.answer.waiting();
    try {
      const came = await ask(request, this.question.headers(), abort.signal);
      this.answer.show(came);
      this.question.mark(came.json?.errors);
      this.say(`Answered${counted(came.json?.errors)}.`);
      this.answered();
    } catch (error) {
      // Another run has begun when this one was stopped for it.
      if (this.current === mine) this.fail(why(error));
    }
    this.finish(mine);
  }

  /** @param {string} why */
  fail(why) {
    this.answer.broken(why);
    this.say(why);
  }

  /** @param {Request} request */
  listen(request) {
    const { answer, question } = this;
    answer.clear("Connecting …");
    const mine = subscribe(request, question.token.value.trim(), {
      begun: () => {
        answer.stream();
        this.say("Listening.");
      },
      item: (payload) => {
        answer.item(payload);
        question.mark(payload.errors);
      },
      failed: (errors) => {
        answer.stream();
        answer.fail(errors);
        question.mark(errors);
      },
      ended: (why) => {
        answer.ended(why);
        this.say(why);
        this.finish(mine);
      },
    });
    this.begin(mine);
  }

  /** @param {() => void} how */
  begin(how) {
    this.current = how;
    this.button.hidden = false;
  }

  /** @param {() => void} how */
  finish(how) {
    if (this.current !== how) return;
    this.current = null;
    this.button.hidden = true;
  }
}

/** @param {unknown} error */
function why(error) {
  if (!(error instanceof Error)) return "No answer came.";
  return error.name === "AbortError" ? "Stopped." : `No answer came: ${error.message}`;
}

/** @param {Fault[] | undefined} errors */
const counted = (errors) => (errors?.length ? ` with ${errors.length} ${errors.length === 1 ? "error" : "errors"}` : "");
