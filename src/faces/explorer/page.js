// What happens when someone types, clicks or comes by a link?
//
// Invariant: nothing runs before someone asks for it, not even the query of a link or of the history, which could change
// something: until then it is only validated. Query and variables are in the address's fragment and in the history that
// the browser keeps, token and headers in memory alone.

import { Answer } from "./answer.js";
import { Check } from "./check.js";
import { byId, later, make } from "./dom.js";
import { EXAMPLES } from "./examples.js";
import { Explorer } from "./explorer.js";
import { faultList } from "./faults.js";
import { History } from "./history.js";
import { Past } from "./past.js";
import { Question } from "./question.js";
import { Runs } from "./runs.js";
import { INTROSPECTION, Schema } from "./schema.js";
import { ask } from "./transport.js";

/** @import { GoTo } from "./faults.js" */
/** @import { Fault } from "./transport.js" */

/** @param {string} id */
const element = (id) => byId(id, HTMLElement);
/** @param {string} id */
const button = (id) => byId(id, HTMLButtonElement);
const NARROW = matchMedia("(max-width: 60rem)");

/** @param {string} text */
const say = (text) => (element("said").textContent = text);
/** @type {GoTo} */
const goTo = (line, column) => question.query.goTo(line, column);

const question = new Question(changed, say);
const answer = new Answer({ facts: element("facts"), faults: element("faults"), body: element("body") }, goTo);
const runs = new Runs(question, answer, say, () => {
  check.wake();
  // Where the answer is below the question, whoever asked wants to see it.
  if (NARROW.matches) element("answer-title").scrollIntoView();
});
const explorer = new Explorer(
  { body: element("types"), search: byId("search", HTMLInputElement), back: button("back") },
  (type, field) => question.insert(type, field),
);
// As plain JSON a refusal of the document is no failure of HTTP, of which the browser would tell the console each time.
const refused = () => ({ ...question.headers(), accept: "application/json" });
const check = new Check((request, signal) => ask(request, refused(), signal), () => question.query.cursor, tellWrong);
const past = new History();
const settled = later(300, () => {
  writeLink();
  listOperations();
});
/** The query that was checked last. */
let checked = "";

/** A text has changed. */
function changed() {
  settled();
  if (question.query.text === checked) return;
  checked = question.query.text;
  check.changed(checked);
}

/**
 * Says what is wrong with the query, beside it.
 * @param {Fault[]} faults
 */
function tellWrong(faults) {
  question.mark(faults);
  element("wrong").replaceChildren(...(faults.length ? [faultList(faults, goTo)] : []));
  for (const suggest of question.suggests) suggest.follow();
}

/** More operations than one need a choice, which follows the cursor. */
function listOperations() {
  const { chosen, query } = question;
  const named = question.operations().filter((one) => one.name);
  const at = named.find((one) => query.cursor >= one.start && query.cursor <= (one.end ?? Infinity));
  const name = at?.name ?? chosen.value;
  chosen.replaceChildren(...named.map((one) => make("option", { selected: one.name === name }, one.name)));
  element("choice").hidden = named.length < 2;
}

async function run() {
  runs.stop();
  check.stop();
  tellWrong([]);
  say("");
  writeLink();
  listOperations();
  const request = question.request((why) => runs.fail(why));
  if (!request) return;
  past.add({ query: request.query, variables: question.variables.text, at: Date.now() }, question.secrets());
  await runs.run(request, question.operation().word);
}

async function loadSchema() {
  question.schema = null;
  explorer.set(null, "Loading the schema …");
  try {
    const { json, status } = await ask({ query: INTROSPECTION }, question.headers());
    const data = /** @type {{ __schema?: import("./schema.js").Told } | null | undefined} */ (json?.data);
    if (data?.__schema) question.schema = new Schema(data.__schema);
    explorer.set(question.schema, `The server does not tell its schema (${json?.errors?.[0]?.message ?? status}).`);
  } catch (error) {
    explorer.set(null, `The schema could not be loaded: ${error instanceof Error ? error.message : error}`);
  }
}

function writeLink() {
  const parts = new URLSearchParams({ query: question.query.text });
  if (question.variables.text.trim()) parts.set("variables", question.variables.text);
  history.replaceState(null, "", `#${parts}`);
}

/** Shows what a link holds, and does not run it. */
function readLink() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const text = parts.get("query");
  if (text === null) return false;
  open(text, parts.get("variables") ?? "");
  return true;
}

/**
 * @param {string} text
 * @param {string} values
 */
function open(text, values) {
  const { query, variables } = question;
  runs.stop();
  query.text = text;
  variables.text = values;
  query.area.setSelectionRange(0, 0);
  query.frame.scrollTop = 0;
  answer.clear("Press Run, or Ctrl+Enter, to ask.");
}

async function copyLink() {
  writeLink();
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link is copied; it holds query and variables, and no token.");
  } catch {
    say("The link is in the address bar.");
  }
}

/** @param {boolean} shown */
function fold(shown) {
  document.body.classList.toggle("folded", !shown);
  button("fold").setAttribute("aria-expanded", String(shown));
}

const listed = EXAMPLES.map(({ title, about, query: text, variables: values }) => {
  const pick = () => {
    element("examples").hidePopover();
    open(text, values ? `${JSON.stringify(values, null, 2)}\n` : "");
    run();
  };
  return make("li", {}, make("button", { on: { click: pick } }, make("strong", {}, title), make("span", {}, about)));
});
element("questions").append(...listed);
const parts = {
  panel: element("past"),
  title: element("past-title"),
  note: element("past-note"),
  list: element("entries"),
  clear: button("forget"),
};
new Past(parts, past, ({ query, variables }) => {
  open(query, variables);
  question.query.area.focus();
  say("Opened, and not run.");
});

const does = { run, prettify: () => question.prettify(), share: copyLink, stop: () => runs.stop(), reload: loadSchema };
for (const [id, call] of Object.entries(does)) button(id).addEventListener("click", () => call());
button("fold").addEventListener("click", () => {
  const shown = document.body.classList.contains("folded");
  fold(shown);
  if (shown && NARROW.matches) element("schema").scrollIntoView();
});
question.query.area.addEventListener("keyup", later(300, listOperations));
for (const field of [question.token, question.lines]) field.addEventListener("input", () => check.wake());
addEventListener("hashchange", readLink);
addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key === "Enter") run();
  else if (command && event.shiftKey && event.key.toLowerCase() === "f") question.prettify();
  else return;
  event.preventDefault();
});

fold(!NARROW.matches);
if (!readLink()) open(EXAMPLES[0].query, JSON.stringify(EXAMPLES[0].variables, null, 2));
loadSchema();
