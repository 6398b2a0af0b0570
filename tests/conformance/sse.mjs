// Does the server speak GraphQL over Server-Sent Events, distinct connections mode? Asked by the client of the package
// graphql-sse, and by raw requests that look at the bytes.
import { createClient } from 'graphql-sse';
import { check, done, holds, isRequestError, lastPosition, same, url } from './lib.mjs';

const client = createClient({ url, singleConnection: false, retryAttempts: 0 });
const REPLAY = 'subscription { milestoneRecorded(after: 0) { position } }';
const waiting = async () => `subscription { milestoneRecorded(after: ${await lastPosition()}) { position } }`;

/** What the client gets for a request, `most` results at most. */
async function results(request, most = Infinity) {
  const found = [];
  for await (const result of client.iterate(request)) {
    found.push(result);
    if (found.length >= most) break;
  }
  return found;
}

/** The answer to a raw request, still streaming. */
function raw(query, { method = 'POST', signal } = {}) {
  const accept = { accept: 'text/event-stream' };
  return method === 'GET'
    ? fetch(`${url}?query=${encodeURIComponent(query)}`, { headers: accept, signal })
    : fetch(url, { method, headers: { ...accept, 'content-type': 'application/json' }, body: JSON.stringify({ query }), signal });
}

/** The events of a finished stream, as [event, data]; comments and empty lines are left out. */
function events(text) {
  return text.replaceAll('\r\n', '\n').split('\n\n').map((block) => {
    const field = (name) => block.split('\n').find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1).trim();
    return [field('event'), field('data')];
  }).filter(([event, data]) => event !== undefined || data !== undefined);
}

await check('client: a query gives one result', async () =>
  same(await results({ query: '{ __typename }' }), [{ data: { __typename: 'Query' } }]));
await check('client: variables and operationName arrive', async () =>
  same(await results({
    query: 'query A { __typename } query B($code: CountryCode!) { country(code: $code) { code } }',
    operationName: 'B', variables: { code: 'LV' },
  }), [{ data: { country: { code: 'LV' } } }]));
await check('client: a subscription replays in order', async () => {
  const positions = (await results({ query: REPLAY }, 100)).map((result) => result.data?.milestoneRecorded?.position);
  same(positions.length, 100, 'count');
  same(positions, [...positions].sort((a, b) => a - b), 'order');
  same(new Set(positions).size, 100, 'distinct positions');
});
await check('client: a syntax error is told, by a status or by one result with errors', async () => {
  const found = await results({ query: '{ country(' }).catch((error) => [error]);
  holds(found.length === 1 && (found[0].response?.status === 400 || isRequestError(found[0])), `got ${JSON.stringify(found)}`);
});
for (const [title, query] of [['unknown field', '{ nothing }'], ['two root fields',
  'subscription { milestoneRecorded(after: 0) { position } b: milestoneRecorded(after: 0) { position } }']]) {
  await check(`client: an invalid document is one result with errors (${title})`, async () => {
    const found = await results({ query });
    holds(found.length === 1 && isRequestError(found[0]), `got ${JSON.stringify(found)}`);
  });
}
await check('client: twenty at once', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => results({ query: REPLAY }, 5)));
  holds(all.every((found) => found.length === 5), 'one was cut short');
});

for (const method of ['POST', 'GET']) {
  await check(`raw: ${method} of a query is next and complete, each with data`, async () => {
    const response = await raw('{ __typename }', { method });
    same(response.status, 200, 'status');
    holds(response.headers.get('content-type')?.startsWith('text/event-stream'), 'the content type is not text/event-stream');
    const text = await response.text();
    const found = events(text);
    same(found.map(([event]) => event), ['next', 'complete'], 'events');
    same(JSON.parse(found[0][1]), { data: { __typename: 'Query' } });
    same(found[1][1], '', 'data of complete');
    holds(/\r?\n\r?\n$/.test(text), 'the last event does not end with an empty line');
  });
}
await check('raw: nothing keeps a stream', async () => {
  const response = await raw('{ __typename }');
  await response.body.cancel();
  holds(/no-cache|no-store/.test(response.headers.get('cache-control') ?? ''), `cache-control is ${response.headers.get('cache-control')}`);
});
await check('raw: an invalid document is 200, next with errors, complete', async () => {
  const response = await raw('{ nothing }');
  same(response.status, 200, 'status');
  const found = events(await response.text());
  same(found.map(([event]) => event), ['next', 'complete'], 'events');
  holds(isRequestError(JSON.parse(found[0][1])), `data is ${found[0][1]}`);
});
await check('raw: a subscription without an event stream is refused', async () => {
  const response = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify({ query: REPLAY }),
  });
  holds(isRequestError(await response.json()), 'it was not refused');
});
await check('raw: a waiting stream is kept alive by comments', async () => {
  const leave = new AbortController();
  const response = await raw(await waiting(), { signal: leave.signal });
  let text = '';
  for await (const chunk of response.body) {
    text += new TextDecoder().decode(chunk);
    if (/^:/m.test(text)) break;
  }
  leave.abort();
  holds(/^:/m.test(text), 'the stream ended');
}, 35);

done('sse');
