// What happens when someone types, clicks or comes by a link?
//
// Invariant: nothing runs before someone asks for it, not even the query of a link, which could change something; and
// nothing is stored: query and variables are in the address's fragment, token and headers in memory alone.

import { Answer } from "./answer.js";
import { offers, outline } from "./cursor.js";
import { later, make } from "./dom.js";
import { Editor } from "./editor.js";
import { EXAMPLES } from "./examples.js";
import { Explorer } from "./explorer.js";
import { graphqlPieces, jsonPieces, layGraphql, layJson, tokens, unbalanced } from "./language.js";
import { INTROSPECTION, Schema } from "./schema.js";
import { Suggest } from "./suggest.js";
import { ask, subscribe } from "./transport.js";

const $ = (id) => document.getElementById(id);
const NARROW = matchMedia("(max-width: 60rem)");

let schema = null;
let stop = null;

const say = (text) => ($("said").textContent = text);
const changed = later(300, () => {
  writeLink();
  listOperations();
});

const query = new Editor($("query"), graphqlPieces, changed);
const variables = new Editor($("variables"), jsonPieces, changed);
const answer = new Answer({ facts: $("facts"), faults: $("faults"), body: $("body") }, (line, column) => query.goTo(line, column));
const explorer = new Explorer({ body: $("types"), search: $("search"), back: $("back") }, insert);
new Suggest(query, (text, cursor) => offers(text, schema, cursor), say);

/** The operation that Run is about: the only one, or the one chosen. */
function operation() {
  const { operations } = outline(query.text, schema);
  return operations.find((one) => one.name === $("operation").value) ?? operations[0] ?? { word: "query", name: null };
}

/** More operations than one need a choice, which follows the cursor. */
function listOperations() {
  const { operations } = outline(query.text, schema);
  const named = operations.filter((one) => one.name);
  const at = named.find((one) => query.cursor >= one.start && query.cursor <= (one.end ?? Infinity));
  const chosen = at?.name ?? $("operation").value;
  $("operation").replaceChildren(...named.map((one) => make("option", { selected: one.name === chosen }, one.name)));
  $("choice").hidden = named.length < 2;
}

/** The variables as an object; throws what is wrong with them. */
function given() {
  const text = variables.text.trim();
  if (!text) return undefined;
  const value = JSON.parse(text);
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Error("they must be an object");
  return value;
}

/** The token and further headers, a line each. */
function headers() {
  const lines = $("headers").value.split("\n").filter((line) => line.trim());
  const sent = Object.fromEntries(lines.map((line) => [line.split(":")[0].trim(), line.slice(line.indexOf(":") + 1).trim()]));
  const token = $("token").value.trim();
  return token ? { ...sent, authorization: `Bearer ${token}` } : sent;
}

async function run() {
  stop?.();
  say("");
  writeLink();
  listOperations();
  query.mark(new Map());
  const { word, name } = operation();
  let request;
  try {
    request = { query: query.text, variables: given(), operationName: name ?? undefined };
  } catch (error) {
    fail(`The variables are not JSON: ${error.message}`);
    $("given").open = true;
    variables.mark(new Map([[lineOf(error.message), error.message]]));
    return;
  }
  if (word === "subscription") listen(request);
  else await fetchOnce(request);
}

/** The line that a JSON parser's message names, as browsers write it; the first when it names none. */
function lineOf(message) {
  const line = /line (\d+)/.exec(message)?.[1];
  const position = /position (\d+)/.exec(message)?.[1];
  if (line) return Number(line);
  return position ? variables.text.slice(0, Number(position)).split("\n").length : 1;
}

async function fetchOnce(request) {
  const abort = new AbortController();
  const mine = () => abort.abort();
  begin(mine);
  answer.waiting();
  try {
    const came = await ask(request, headers(), abort.signal);
    answer.show(came);
    markErrors(came.json?.errors);
    say(`Answered${counted(came.json?.errors)}.`);
    // Where the answer is below the question, whoever asked wants to see it.
    if (NARROW.matches) $("answer-title").scrollIntoView();
  } catch (error) {
    // Another run has begun when this one was stopped for it.
    if (stop === mine) fail(error.name === "AbortError" ? "Stopped." : `No answer came: ${error.message}`);
  }
  finish(mine);
}

function fail(why) {
  answer.broken(why);
  say(why);
}

const counted = (errors) => (errors?.length ? ` with ${errors.length} ${errors.length === 1 ? "error" : "errors"}` : "");

function listen(request) {
  answer.clear("Connecting …");
  let mine = null;
  mine = subscribe(request, $("token").value.trim(), {
    begun: () => {
      answer.stream();
      say("Listening.");
    },
    item: (payload) => {
      answer.item(payload);
      markErrors(payload.errors);
    },
    failed: (errors) => {
      answer.stream();
      answer.fail(errors);
      markErrors(errors);
    },
    ended: (why) => {
      answer.ended(why);
      say(why);
      finish(mine);
    },
  });
  begin(mine);
}

function begin(how) {
  stop = how;
  $("stop").hidden = false;
}

function finish(how) {
  if (stop !== how) return;
  stop = null;
  $("stop").hidden = true;
}

function markErrors(errors) {
  if (!Array.isArray(errors)) return;
  const places = errors.flatMap(({ message, locations }) => (locations ?? []).map(({ line }) => [line, message]));
  query.mark(new Map(places));
}

function prettify() {
  const laid = layGraphql(query.text);
  if (laid === null) {
    const wrong = unbalanced(tokens(query.text));
    const line = wrong ? query.text.slice(0, wrong.start).split("\n").length : null;
    if (line) query.mark(new Map([[line, "This bracket has no other"]]));
    say(line ? `Not laid out: the bracket on line ${line} has no other.` : "Not laid out: it has a character of no meaning.");
    return;
  }
  query.text = laid;
  try {
    if (given()) variables.text = `${layJson(variables.text)}\n`;
  } catch {
    // Half-written variables stay as they are.
  }
}

/** Puts a field into the selection at the cursor, else into another of its type, else into a new query of a root's. */
function insert(type, field) {
  const { selections } = outline(query.text, schema);
  const fitting = selections.filter((one) => one.type === type && one.close !== null);
  const around = fitting.filter((one) => one.open <= query.cursor && query.cursor <= one.close).at(-1);
  const into = around ?? fitting.at(-1);
  const root = Object.entries(schema.roots).find(([, name]) => name === type)?.[0];
  const snippet = schema.snippet(field);
  if (into) {
    query.replace(into.close, into.close, `${/\s$/.test(query.text.slice(0, into.close)) ? "" : " "}${snippet} `);
  } else if (root) {
    query.replace(query.text.length, query.text.length, `\n\n${root} { ${snippet} }\n`);
  } else {
    say(`The query selects nothing of ${type} yet; insert a field that leads there first.`);
    return;
  }
  const laid = layGraphql(query.text);
  if (laid) query.text = laid;
  say(`Inserted ${field.name}.`);
}

async function loadSchema() {
  explorer.set(null, "Loading the schema …");
  try {
    const { json, status } = await ask({ query: INTROSPECTION }, headers());
    schema = json?.data?.__schema ? new Schema(json.data) : null;
    explorer.set(schema, `The server does not tell its schema (${json?.errors?.[0]?.message ?? status}).`);
  } catch (error) {
    schema = null;
    explorer.set(null, `The schema could not be loaded: ${error.message}`);
  }
}

function writeLink() {
  const parts = new URLSearchParams({ query: query.text });
  if (variables.text.trim()) parts.set("variables", variables.text);
  history.replaceState(null, "", `#${parts}`);
}

/** Shows what a link holds, and does not run it. */
function readLink() {
  const parts = new URLSearchParams(location.hash.slice(1));
  if (!parts.has("query")) return false;
  open(parts.get("query"), parts.get("variables") ?? "");
  return true;
}

function open(text, values) {
  stop?.();
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

function fold(shown) {
  document.body.classList.toggle("folded", !shown);
  $("fold").setAttribute("aria-expanded", String(shown));
}

const listed = EXAMPLES.map(({ title, about, query: text, variables: values }) => {
  const pick = () => {
    $("examples").hidePopover();
    open(text, values ? `${JSON.stringify(values, null, 2)}\n` : "");
    run();
  };
  return make("li", {}, make("button", { on: { click: pick } }, make("strong", {}, title), make("span", {}, about)));
});
$("questions").append(...listed);

const does = { run, prettify, share: copyLink, stop: () => stop?.(), reload: loadSchema };
for (const [id, call] of Object.entries(does)) $(id).addEventListener("click", () => call());
$("fold").addEventListener("click", () => {
  const shown = document.body.classList.contains("folded");
  fold(shown);
  if (shown && NARROW.matches) $("schema").scrollIntoView();
});
query.area.addEventListener("keyup", later(300, listOperations));
addEventListener("hashchange", readLink);
addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key === "Enter") run();
  else if (command && event.shiftKey && event.key.toLowerCase() === "f") prettify();
  else return;
  event.preventDefault();
});

fold(!NARROW.matches);
if (!readLink()) open(EXAMPLES[0].query, JSON.stringify(EXAMPLES[0].variables, null, 2));
loadSchema();
