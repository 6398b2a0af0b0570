// Is what would exhaust a server refused at once, and does the server live on in the memory that it had? Each request is
// sent raw over a connection that is open already. The time runs from the moment at which the first byte goes out to the
// moment at which the status line is there, so it is never shorter than the server's own time: a server that has seen
// enough may answer while the rest of the body is still being sent. Best of three, after one warm-up. A body above the
// limit of 256 KiB is sent with two short rests, after the head and past the limit, in which an early answer is read: who
// goes on writing into a connection that was closed loses the answer.
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, done, holds, isRequestError, origin, pid, post, same } from './lib.mjs';
import { Socket } from './socket.mjs';

const [MILLISECONDS, MEGABYTES] = [50, 20];
const [LIMIT, PIECE] = [256 << 10, 64 << 10];
const { hostname, port, host } = new URL(origin);

/** The server's resident memory in megabytes; NaN once it is gone. */
function resident() {
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) / 1024;
}

/** The memory that the server holds is back near what it was; an allocator has a second to give it back. */
async function returned(before) {
  for (let round = 0; round < 10 && resident() - before >= MEGABYTES; round += 1) await sleep(100);
  const more = resident() - before;
  holds(more < MEGABYTES, Number.isNaN(more) ? 'the server is gone' : `the server holds ${more.toFixed(1)} MB more than before`);
}

/** Sends a request, in pieces as the socket takes them; gives the time to the status line, and the answer. */
async function send(head, body) {
  const socket = net.connect(port, hostname);
  socket.setNoDelay(true);
  await new Promise((resolve, reject) => { socket.once('connect', resolve); socket.once('error', reject); });
  let [text, took] = ['', 0];
  const began = performance.now();
  const answered = new Promise((resolve) => {
    socket.once('data', () => { took = performance.now() - began; resolve(); });
    socket.once('close', resolve);
  });
  socket.on('data', (data) => { text += data; });
  const ended = new Promise((resolve) => { socket.on('error', resolve); socket.on('close', resolve); });
  socket.write(head);
  if (body.length > LIMIT) await Promise.race([answered, sleep(3)]);
  for (let at = 0; at < body.length && !took && !socket.destroyed; at += PIECE) {
    const drained = new Promise((resolve) => socket.once('drain', resolve));
    if (!socket.write(body.subarray(at, at + PIECE))) await Promise.race([answered, drained]);
    if (at === LIMIT) await Promise.race([answered, sleep(20)]);
  }
  await Promise.race([ended, sleep(3_000)]);
  const closed = socket.destroyed;
  socket.destroy();
  holds(took, closed ? 'the server closed the connection without an answer' : 'the server did not answer within 3 s');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)[1]);
  return { took, status, json: text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1) };
}

const headers = `host: ${host}\r\ncontent-type: application/json\r\naccept: application/json\r\nconnection: close\r\n`;
const posted = (body) => [`POST /graphql HTTP/1.1\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n`, Buffer.from(body)];
const document = (query, variables) => posted(JSON.stringify({ query, variables }));
const nest = (open, close, depth, middle = '') => open.repeat(depth) + middle + close.repeat(depth);

const forty = Buffer.alloc(40 << 20, ' ');
const chunked = Buffer.from(`10000\r\n${' '.repeat(65_536)}\r\n`.repeat(640));
const many = (count, make) => Array.from({ length: count }, (_, at) => make(at)).join(' ');
/** Fragments F0 to the last, each linked to the next. */
const fragments = (count, type, link, last) =>
  `${many(count, (at) => `fragment F${at} on ${type} { ${link(`...F${at + 1}`)} }`)} fragment F${count} on ${type} { ${last} }`;
const twice = (next) => `${next} ${next}`;
const branch = (next) => `a: agreements { country { ${next} } } b: agreements { country { ${next} } }`;
const agreements = (filter) => document(`{ agreements(filter: ${filter}) { totalCount } }`);
const VARIED = 'query($v: AgreementFilter) { agreements(filter: $v) { totalCount } }';
const variables = (depth) => posted(`{"query":"${VARIED}","variables":{"v":${nest('[', ']', depth)}}}`);

const attacks = {
  '10,000 aliases': document(`{ ${many(10_000, (at) => `a${at}: __typename`)} }`),
  '10,000 aliases of an object': document(`{ ${many(10_000, (at) => `a${at}:log{position}`)} }`),
  '15,000 fields of one name': document(`{ ${'log{position}'.repeat(15_000)} }`),
  '20,000 directives': document(`{ __typename ${'@a'.repeat(20_000)} }`),
  '10,000 directives that are known': document(`{ __typename ${'@skip(if:false)'.repeat(10_000)} }`),
  'a body of 40 MB': [`POST /graphql HTTP/1.1\r\n${headers}content-length: ${forty.length}\r\n\r\n`, forty],
  'a body of 40 MB in chunks': [`POST /graphql HTTP/1.1\r\n${headers}transfer-encoding: chunked\r\n\r\n`, chunked],
  'a batch of 5,000 operations': posted(JSON.stringify(Array.from({ length: 5_000 }, () => ({ query: '{ __typename }' })))),
  'JSON nested 100,000 deep': posted(nest('[', ']', 100_000)),
  'variables nested 50,000 deep': variables(50_000),
  'variables nested 100 deep': variables(100),
};
for (const depth of [1_000, 2_000, 10_000, 100_000]) {
  const deep = `nested ${depth.toLocaleString('en')} deep`;
  attacks[`selections ${deep}`] = document(nest('{a', '}', depth));
  attacks[`lists ${deep}`] = agreements(nest('[', ']', depth));
  attacks[`objects ${deep}`] = agreements(nest('{a:', '}', depth, '1'));
  attacks[`a type ${deep}`] = document(`query ($v: ${nest('[', ']', depth, 'Int')}) { __typename }`);
}
// Those that brought down a server that counts brackets or visits fragments carelessly; last, so that they hide nothing.
const lists = `agreements(filter: ${nest('[', ']', 2_000)}) { totalCount }`;
const block = (inner) => `{ country(code: """${inner}""") { code } ${lists} }`;
attacks['5,000 fragments, each in the one before'] = document(`{ ...F0 } ${fragments(5_000, 'Query', twice, '__typename')}`);
attacks['lists nested 2,000 deep, a quote in a comment before'] = document(`# "\n{ ${lists} }`);
attacks['lists nested 2,000 deep, a quote in a block string before'] = document(block(' " '));
attacks['lists nested 2,000 deep, an escaped quote in a block string before'] = document(block(' \\""" '));
for (const depth of [12, 40]) {
  attacks[`fragments that double ${depth} times`] = document(`{ country(code: "LV") { ...F0 } } ${fragments(depth, 'Country', branch, 'code')}`);
}
attacks['fragments spread twice, 30 deep, a wrong field last'] = document(`{ ...F0 } ${fragments(30, 'Query', twice, 'nothing')}`);
// A fragment counts once in a selection (section 6.3.2), so this one may be answered; at once, for all that.
const HARMLESS = 'fragments spread twice, 30 deep';
attacks[HARMLESS] = document(`{ ...F0 } ${fragments(30, 'Query', twice, '__typename')}`);

async function calm() {
  const { body } = await post({ query: '{ __typename }' });
  same(JSON.parse(body).data, { __typename: 'Query' }, 'the answer to a plain question');
}
for (let at = 0; at < 50; at += 1) await calm();
const begin = resident();

for (const [title, request] of Object.entries(attacks)) {
  await check(title, async () => {
    const [before, times] = [resident(), []];
    for (let round = 0; round < 4; round += 1) {
      const { took, status, json } = await send(...request);
      holds(status < 500, `the server answered ${status}`);
      holds(title === HARMLESS || status >= 400 || isRequestError(JSON.parse(json)), `it was not refused: ${json.slice(0, 100)}`);
      if (round > 0) times.push(took);
    }
    const best = Math.min(...times);
    await calm();
    holds(best < MILLISECONDS, `it was refused after ${best.toFixed(1)} ms`);
    await returned(before);
  });
}

// The same by WebSocket: an error message for the operation, or the end of the socket, and the server lives.
for (const title of [
  '10,000 aliases', '20,000 directives', 'selections nested 2,000 deep', 'lists nested 2,000 deep', 'objects nested 10,000 deep',
]) {
  await check(`${title}, by WebSocket`, async () => {
    const socket = await Socket.ready();
    socket.subscribe('1', JSON.parse(attacks[title][1]).query);
    const message = await socket.until(() => socket.inbox.shift() ?? (socket.closed && { type: 'error' }), 'a refusal');
    socket.end();
    same(message.type, 'error', 'message');
    await calm();
  });
}
await check('the memory at the end', () => returned(begin));

done('abuse');
