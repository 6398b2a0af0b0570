// Do the questions that the explorer offers fit the schema, and does each query get an answer that says something? Does it
// help whoever writes one, and find again what was asked?
import { buildSchema, getOperationAST, parse, validate } from 'graphql';
import { EXAMPLES } from '../../src/faces/explorer/examples.js';
import { browser } from './browser.mjs';
import { desk } from './explorer-desk.mjs';
import { history } from './explorer-history.mjs';
import { check, done, holds, post, sdl } from './lib.mjs';

const schema = buildSchema(sdl);

/** Whether there is anything in an answer but nulls and empty lists. */
function says(value) {
  if (value === null || value === undefined) return false;
  if (typeof value !== 'object') return true;
  return Object.values(value).some(says);
}

for (const { title, about, query, variables } of EXAMPLES) {
  await check(title, async () => {
    holds(about.endsWith('.'), 'what it is about is no sentence');
    const document = parse(query);
    const errors = validate(schema, document);
    holds(errors.length === 0, errors.map(({ message }) => message).join('; '));
    // What changes something or stays open is not asked here.
    if (getOperationAST(document).operation !== 'query') return;
    const answer = JSON.parse((await post({ query, variables })).body);
    holds(answer.errors === undefined, JSON.stringify(answer.errors));
    for (const [field, value] of Object.entries(answer.data)) holds(says(value), `${field} says nothing`);
  });
}

await desk();
await history();
await browser.close();
done('explorer');
