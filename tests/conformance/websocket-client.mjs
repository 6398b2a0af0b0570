// Does the client that most people use, that of the package graphql-ws, get what it asks for?
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { check, done, holds, same, wsUrl } from './lib.mjs';

const REPLAY = 'subscription { milestoneRecorded(after: 0) { position } }';
const quiet = { retryAttempts: 0, onNonLazyError: () => {} };
const connect = (options = {}) => createClient({ url: wsUrl, webSocketImpl: WebSocket, ...quiet, ...options });

/** What the client gets for a request, `most` results at most. */
async function results(request, most = Infinity, client = connect()) {
  const found = [];
  try {
    for await (const result of client.iterate(request)) {
      found.push(result);
      if (found.length >= most) break;
    }
  } finally {
    await client.dispose();
  }
  return found;
}

await check('a query gives one result', async () =>
  same(await results({ query: '{ __typename }' }), [{ data: { __typename: 'Query' } }]));
await check('variables and operationName arrive', async () =>
  same(await results({
    query: 'query A { __typename } query B($code: CountryCode!) { country(code: $code) { code } }',
    operationName: 'B', variables: { code: 'LV' },
  }), [{ data: { country: { code: 'LV' } } }]));
await check('a subscription replays in order', async () => {
  const positions = (await results({ query: REPLAY }, 100)).map((result) => result.data?.milestoneRecorded?.position);
  same(positions, [...new Set(positions)].sort((a, b) => a - b), 'order');
  same(positions.length, 100, 'count');
});
await check('an invalid document is thrown as an array of errors', async () => {
  const thrown = await results({ query: '{ nothing }' }).catch((error) => error);
  holds(Array.isArray(thrown) && thrown.length > 0 && thrown.every((error) => error.message), `got ${JSON.stringify(thrown)}`);
});
await check('one socket carries many operations at once', async () => {
  const client = connect({ lazy: false });
  const ask = () => new Promise((resolve, reject) => {
    client.subscribe({ query: '{ __typename }' }, { next: resolve, error: reject, complete: () => {} });
  });
  const all = await Promise.all(Array.from({ length: 40 }, ask));
  same(all.length, 40, 'answers');
  await client.dispose();
});
await check('a subscription can be left and begun anew', async () => {
  const client = connect({ lazy: false });
  for (let round = 0; round < 3; round += 1) {
    for await (const result of client.iterate({ query: REPLAY })) {
      holds(result.data?.milestoneRecorded, `got ${JSON.stringify(result)}`);
      break;
    }
  }
  await client.dispose();
});
await check('the client keeps a socket alive by pings', async () => {
  let pongs = 0;
  const client = connect({ lazy: false, keepAlive: 200, on: { pong: (received) => { pongs += received ? 1 : 0; } } });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await client.dispose();
  holds(pongs >= 3, `${pongs} pongs came`);
});
await check('a wrong token is told by close code 4403', async () => {
  const client = connect({ connectionParams: { authorization: 'Bearer wrong' } });
  const thrown = await results({ query: '{ __typename }' }, 1, client).catch((error) => error);
  same(thrown?.code, 4403, 'close code');
});

done('websocket-client');
