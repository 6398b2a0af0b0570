// Does the server keep to the protocol graphql-transport-ws, message by message? Raw probes; each opens its own socket.
import { check, done, holds, isRequestError, lastPosition, origin, same } from './lib.mjs';
import { Socket, refused } from './socket.mjs';

const REPLAY = 'subscription { milestoneRecorded(after: 0) { position } }';
const WAITING = `subscription { milestoneRecorded(after: ${await lastPosition()}) { position } }`;
const QUERY = '{ __typename }';
const ANSWER = { data: { __typename: 'Query' } };

/** A probe with a socket of its own, by default acknowledged. */
const probe = (title, ask, open = Socket.ready) => check(title, async () => {
  const socket = await open();
  try { await ask(socket); } finally { socket.end(); }
});
const fresh = () => Socket.opened();

// Handshake
await check('no subprotocol is refused', () => refused([4406], []));
await check('an unknown subprotocol is refused', () => refused([4406], 'graphql-ws'));
await check('the subprotocol is chosen among several', async () => {
  const socket = await Socket.ready(['graphql-ws', 'graphql-transport-ws']);
  same(socket.raw.protocol, 'graphql-transport-ws', 'subprotocol');
  socket.end();
});
await check('a foreign origin is refused', () => refused([4403], undefined, { headers: { origin: 'https://elsewhere.example' } }));
await check('an opaque origin is refused', () => refused([4403], undefined, { headers: { origin: 'null' } }));
await check('the own origin is welcome', async () => (await Socket.ready(undefined, { headers: { origin } })).end());

// Initialisation
await probe('init is acknowledged', (socket) => socket.alive());
await probe('init with an empty payload is acknowledged', async (socket) => {
  socket.send({ type: 'connection_init', payload: {} });
  same((await socket.next()).type, 'connection_ack', 'first message');
}, fresh);
await probe('subscribe before init closes with 4401', async (socket) => {
  socket.subscribe('1', QUERY);
  await socket.closes(4401);
}, fresh);
await probe('a second init closes with 4429', async (socket) => {
  socket.send({ type: 'connection_init' });
  await socket.closes(4429);
});
await probe('no init for 5 s closes with 4408', async (socket) => {
  const began = Date.now();
  await socket.until(() => socket.closed, 'close 4408', 8);
  same(socket.closed, 4408, 'close code');
  holds(Date.now() - began > 4000, `it closed after ${Date.now() - began} ms`);
}, fresh);
await probe('a wrong token closes with 4403', async (socket) => {
  socket.send({ type: 'connection_init', payload: { authorization: 'Bearer wrong' } });
  await socket.closes(4403);
}, fresh);

// Messages that are none
for (const [title, message] of [
  ['text that is not JSON', 'hello'], ['an array', '[]'], ['a string', '"ping"'], ['null', 'null'], ['an empty message', ''],
  ['no type', {}], ['a type that is no string', { type: 1 }], ['an unknown type', { type: 'start', id: '1' }],
  ['subscribe without id', { type: 'subscribe', payload: { query: QUERY } }],
  ['subscribe with an empty id', { type: 'subscribe', id: '', payload: { query: QUERY } }],
  ['subscribe with a number as id', { type: 'subscribe', id: 1, payload: { query: QUERY } }],
  ['subscribe without payload', { type: 'subscribe', id: '1' }], ['subscribe without query', { type: 'subscribe', id: '1', payload: {} }],
  ['variables that are no object', { type: 'subscribe', id: '1', payload: { query: QUERY, variables: 'x' } }],
  ['complete without id', { type: 'complete' }], ['a ping whose payload is no object', { type: 'ping', payload: 'x' }],
]) {
  await probe(`${title} closes with 4400`, async (socket) => {
    socket.send(message);
    await socket.closes(4400);
  });
}
await probe('a message that only servers send closes', async (socket) => {
  socket.send({ type: 'connection_ack' });
  await socket.closes(4400, 4500);
});
await probe('a binary message that is no JSON closes', async (socket) => {
  socket.send(Buffer.from([0xff, 0xfe, 0x00]));
  await socket.closes(4400, 1003);
});
await probe('a message above 256 KiB closes', async (socket) => {
  socket.subscribe('1', `{ __typename #${'x'.repeat(300 * 1024)}\n}`);
  await socket.closes(1009, 4400);
});

// Ping and pong
await probe('ping is answered before init', (socket) => socket.alive(), fresh);
await probe('ping is answered with its payload', async (socket) => {
  socket.send({ type: 'ping', payload: { beat: 7 } });
  same(await socket.next(), { type: 'pong', payload: { beat: 7 } });
});
await probe('an unasked pong is ignored', async (socket) => {
  socket.send({ type: 'pong' });
  socket.send({ type: 'pong', payload: { any: 'thing' } });
  await socket.alive();
});

// Operations
await probe('a query gives one next and complete', async (socket) => {
  socket.subscribe('1', QUERY);
  same(await socket.next(), { id: '1', type: 'next', payload: ANSWER });
  same(await socket.next(), { id: '1', type: 'complete' });
  await socket.alive();
});
await probe('operationName and variables count', async (socket) => {
  const query = 'query A { __typename } query B($code: CountryCode!) { country(code: $code) { code } }';
  socket.subscribe('1', query, { operationName: 'B', variables: { code: 'LV' } });
  same((await socket.next()).payload, { data: { country: { code: 'LV' } } });
});
for (const [title, query] of [
  ['a syntax error', '{ country('], ['a validation error', '{ nothing }'], ['an empty document', ''],
  ['an invalid subscription', 'subscription { nothing }'],
]) {
  await probe(`${title} is an error message, and the socket stays open`, async (socket) => {
    socket.subscribe('1', query);
    const message = await socket.next();
    same([message.id, message.type], ['1', 'error'], 'message');
    const told = Array.isArray(message.payload) && message.payload.every((error) => typeof error.message === 'string');
    holds(told, `payload is ${JSON.stringify(message.payload)}`);
    await socket.alive();
    socket.subscribe('1', QUERY);
    same((await socket.next()).payload, ANSWER, 'answer under the same id');
  });
}
await probe('a wrong variable is an error message, or next with errors and no data', async (socket) => {
  socket.subscribe('1', 'query($code: CountryCode!) { country(code: $code) { code } }', { variables: { code: 7 } });
  const { type, payload } = await socket.next();
  holds(type === 'error' ? Array.isArray(payload) : isRequestError(payload), `${type} with ${JSON.stringify(payload)}`);
});
await probe('an error of a field arrives as next', async (socket) => {
  socket.subscribe('1', '{ countries(first: 101) { totalCount } }');
  const message = await socket.next();
  same(message.type, 'next', 'type');
  holds(message.payload.errors?.length && !isRequestError(message.payload), `payload is ${JSON.stringify(message.payload)}`);
});
await probe('a subscription replays in order', async (socket) => {
  socket.subscribe('1', REPLAY);
  const positions = [];
  while (positions.length < 500) positions.push((await socket.next()).payload?.data?.milestoneRecorded?.position);
  const ordered = positions.every((position, at) => Number.isInteger(position) && (at === 0 || position > positions[at - 1]));
  holds(ordered, `positions ${positions.slice(0, 9)}`);
});
await probe('a running id used again closes with 4409', async (socket) => {
  socket.subscribe('1', WAITING);
  await socket.alive();
  socket.subscribe('1', WAITING);
  await socket.closes(4409);
});
await probe('complete ends a subscription, and its id is free', async (socket) => {
  socket.subscribe('1', WAITING);
  await socket.alive();
  socket.send({ id: '1', type: 'complete' });
  await new Promise((resolve) => setTimeout(resolve, 200));
  socket.inbox = socket.inbox.filter((message) => message.type !== 'complete');
  socket.subscribe('1', QUERY);
  same((await socket.next()).payload, ANSWER);
});
await probe('complete of an unknown id is ignored', async (socket) => {
  socket.send({ id: 'none', type: 'complete' });
  await socket.alive();
});
await probe('fifty subscriptions run, one more is refused', async (socket) => {
  for (let id = 1; id <= 50; id += 1) socket.subscribe(`${id}`, WAITING);
  await socket.alive();
  socket.subscribe('51', WAITING);
  const message = await socket.until(() => socket.inbox.shift() ?? (socket.closed && { closed: socket.closed }), 'a refusal');
  holds(message.closed === 4429 || (message.type === 'error' && message.id === '51'), `got ${JSON.stringify(message)}`);
});

done('websocket');
