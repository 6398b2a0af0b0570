// Does the server refuse exactly the requests that graphql-js refuses? Only the fact is compared, not the words. A request
// is refused when it is answered by errors without a `data` key (graphql-js: it did not parse, validate() found something,
// or execute() did not begin, as when a variable does not fit).
import { buildSchema, execute, parse, validate, validateSchema } from 'graphql';
import { check, done, holds, isRequestError, sdl, url } from './lib.mjs';
import { invalid, valid } from './documents.mjs';
import { generated } from './generated.mjs';
import { equip } from './scalars.mjs';

const schema = equip(buildSchema(sdl));
await check('graphql-js accepts the schema', () => {
  const problems = validateSchema(schema);
  holds(problems.length === 0, problems.map((problem) => problem.message).join('; '));
});

/** Why graphql-js refuses a request; undefined when it does not. */
async function graphqlJs({ query, variables, operationName }) {
  let document;
  try {
    document = parse(query);
  } catch (error) {
    return error.message;
  }
  const problems = validate(schema, document);
  if (problems.length) return problems[0].message;
  const operation = document.definitions.find((definition) => definition.operation === 'subscription');
  if (operation) return undefined;
  const result = await execute({ schema, document, variableValues: variables, operationName });
  return isRequestError(result) ? result.errors[0].message : undefined;
}

/** Why the server refuses it. A subscription is asked for by SSE, where a refusal is the first event. */
async function server(request) {
  const stream = request.query.startsWith('subscription');
  const leave = new AbortController();
  const response = await fetch(url, {
    method: 'POST', signal: leave.signal, body: JSON.stringify(request),
    headers: { 'content-type': 'application/json', accept: stream ? 'text/event-stream' : 'application/json' },
  });
  let text = '';
  for await (const chunk of response.body) {
    text += new TextDecoder().decode(chunk);
    if (stream && /^data:.*$/m.test(text)) break;
  }
  leave.abort();
  const json = stream && text.includes('data:') ? /^data:(.*)$/m.exec(text)[1] : text;
  const result = JSON.parse(json);
  holds(response.status < 500, `the server answered ${response.status}`);
  holds('data' in result || isRequestError(result), `the server answered neither data nor errors: ${json.slice(0, 200)}`);
  return isRequestError(result) ? result.errors[0].message : undefined;
}

async function compare(title, request, label) {
  await check(`${title}: ${JSON.stringify(request)}`, async () => {
    const wanted = await graphqlJs(request);
    const fits = label === undefined || (label === 'invalid') === (wanted !== undefined);
    holds(fits, `the document is filed under ${label}, and graphql-js says ${wanted ?? 'it is valid'}`);
    const found = await server(request);
    holds((wanted === undefined) === (found === undefined),
      wanted === undefined ? `graphql-js accepts, the server refuses: ${found}` : `graphql-js refuses (${wanted}), the server accepts`);
  });
}

for (const [label, rules] of Object.entries({ invalid, valid })) {
  for (const [rule, documents] of Object.entries(rules)) {
    for (const document of documents) {
      const [query, variables, operationName] = [document].flat();
      await compare(rule, { query, variables, operationName }, label);
    }
  }
}
for (const { title, query, variables } of generated(schema)) {
  await compare(title, { query, variables });
}

done('validation');
