// Do the receivers' libraries accept what we send: the npm and PyPI `standardwebhooks` the signatures, the npm and PyPI
// `cloudevents` the bodies? The example receivers in Node, Python and Rust hear the whole log from a server of their own, and
// one in Node by TLS, while nothing is told to who cannot prove a name.
import { execFile, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { check, done, holds } from './lib.mjs';

const run = promisify(execFile);
const place = mkdtempSync(join(tmpdir(), 'webhooks-'));
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const binary = process.env.DEPOSITARY_BIN;
const started = [];

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts a program, and gives the lines that it prints. */
function start(command, args, env) {
  const child = spawn(command, args, { cwd: place, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = [];
  let rest = '';
  child.stdout.on('data', (text) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop();
    lines.push(...parts);
  });
  started.push(child);
  return lines;
}

async function until(what, holdsNow) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await holdsNow()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain for ${what}`);
}

const answers = async (url, options) => (await fetch(url, options).catch(() => undefined))?.status;

/** Sends ten bytes of a hundred and hangs up; over once the other side has hung up too. */
const hangUp = (port) =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').on('close', resolve).on('error', reject).resume();
    socket.end('POST /hook HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{"specvers');
  });

/** Makes an authority, and keys with certificates: by it for `localhost` and for another name, and one by nobody. */
async function certificates() {
  const openssl = (...args) => run('openssl', args, { cwd: place });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const request = (name, subject, ...more) =>
    openssl('req', '-x509', ...key, '-keyout', `${name}.key`, '-out', `${name}.crt`, '-subj', `/CN=${subject}`, ...more);
  const by = ['-CA', 'authority.crt', '-CAkey', 'authority.key'];
  const of = (name) => ['-addext', `subjectAltName=DNS:${name}`, '-addext', 'basicConstraints=critical,CA:FALSE'];
  await request('authority', 'authority');
  await request('trusted', 'localhost', ...of('localhost'), ...by);
  await request('misnamed', 'example.invalid', ...of('example.invalid'), ...by);
  await request('unknown', 'localhost', ...of('localhost'));
}

/** A receiver by TLS that keeps what it accepts. */
async function secure(name, port) {
  const heard = [];
  const receiver = { heard, secret: undefined };
  const [key, cert] = ['key', 'crt'].map((ending) => readFileSync(join(place, `${name}.${ending}`)));
  const server = createSecureServer({ key, cert }, async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    try {
      heard.push(new Webhook(receiver.secret).verify(Buffer.concat(parts), request.headers));
      response.writeHead(204).end();
    } catch {
      response.writeHead(401).end();
    }
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return receiver;
}

async function main() {
  // Beside the libraries that it imports.
  const example = here('.work/receiver.mjs');
  mkdirSync(here('.work'), { recursive: true });
  copyFileSync(here('../../examples/webhooks/receiver.mjs'), example);
  const receivers = {
    node: [process.execPath, [example]],
    python: [here('.venv/bin/python'), [here('../../examples/webhooks/receiver.py')]],
    rust: [process.env.DEPOSITARY_EXAMPLE_RECEIVER, []],
  };
  const ports = {};
  const byTls = ['trusted', 'misnamed', 'unknown'];
  for (const name of [...Object.keys(receivers), ...byTls]) ports[name] = await freePort();
  await certificates();
  const listen = `127.0.0.1:${await freePort()}`;
  const allowed = ['--webhook-allow', '127.0.0.1/32', ...Object.values(ports).flatMap((port) => ['--webhook-port', `${port}`])];
  const env = {
    DATABASE_URL: `sqlite://${join(place, 'log.db')}`,
    DEPOSITARY_LOG: 'warn',
    SSL_CERT_FILE: join(place, 'authority.crt'),
  };
  start(binary, ['serve', '--listen', listen, '--unsigned', '--public-url', `http://${listen}`, ...allowed], env);
  await until('the server', async () => (await answers(`http://${listen}/readyz`)) === 200);
  const ask = async (query) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`http://${listen}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    return (await answer.json()).data;
  };
  // Nobody is sent a figure: the bundled ones stand last in the log.
  const { log, figures } = await ask('{ log { position } figures { totalCount } }');
  const position = log.position - figures.totalCount;

  for (const [name, [command, args]] of Object.entries(receivers)) {
    const to = `http://127.0.0.1:${ports[name]}/hook`;
    const add = ['webhooks', 'add', to, '--topic', 'milestones,statuses', '--after', '0', '--json', ...allowed];
    // Added first and started then, since it needs the secret: what fails meanwhile is tried again after five seconds.
    const { id, secret } = JSON.parse((await run(binary, add, { env })).stdout);
    const heard = start(command, args, { PATH: process.env.PATH, WEBHOOK_SECRET: secret, PORT: `${ports[name]}` });
    await until(`the ${name} receiver`, async () => (await answers(to, { method: 'POST', body: '{}' })) !== undefined);

    await check(`${name}: what is not signed is refused`, async () => {
      const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': `${Math.floor(Date.now() / 1000)}`, 'webhook-signature': 'v1,AAAA' };
      holds((await answers(to, { method: 'POST', headers, body: '{}' })) === 401, 'a forged message was not refused');
    });
    await check(`${name}: it outlives whoever hangs up in the middle, and a body that is no message`, async () => {
      await hangUp(ports[name]);
      const garbage = new Uint8Array([0xff, 0x00, 0xc3, 0x28, 0x7b]);
      const statuses = [await answers(to, { method: 'POST', body: garbage }), await answers(to, { method: 'POST', body: garbage })];
      holds(statuses.every((status) => status === 401), statuses.join());
    });
    const of = (kind) => heard.map((line) => JSON.parse(line)).filter(({ type }) => (type === 'depositary.status_changed') === kind);
    await check(`${name}: every event of the log arrives, each once`, async () => {
      await until('every event', () => of(false).length >= position);
      const positions = of(false).map((told) => Number(told.position)).sort((a, b) => a - b);
      holds(positions.length === position && positions.every((at, index) => at === index + 1), `${positions.length} of ${position}`);
    }, 60);
    await check(`${name}: changes of status arrive with a subject`, () => {
      const told = of(true);
      holds(told.length > 100 && told.every(({ subject }) => /^[a-z]+\/[A-Z]{2}$/.test(subject)), `${told.length}`);
    });
    await check(`${name}: a test message arrives`, async () => {
      await run(binary, ['webhooks', 'test', id, ...allowed], { env });
      await until('the test', () => of(false).some(({ type }) => type === 'depositary.webhook_test'));
    });
    await check(`${name}: what is delivered again is handled once`, async () => {
      const before = heard.length;
      await run(binary, ['webhooks', 'replay', id, '--from', `${position - 4}`], { env });
      const attempts = async () => JSON.parse((await run(binary, ['webhooks', 'attempts', id, '--json'], { env })).stdout);
      const again = async () => (await attempts()).filter((told) => told.topic === 'milestones' && told.position === position && told.outcome === 'delivered');
      await until('the replay', async () => (await again()).length >= 2);
      holds(heard.length === before, `${heard.length - before} came twice`);
    }, 60);
    await check(`${name}: after a rotation it is still accepted by the old secret`, async () => {
      await run(binary, ['webhooks', 'rotate', id], { env });
      const { stdout } = await run(binary, ['webhooks', 'test', id, ...allowed], { env });
      holds(stdout.startsWith('delivered'), stdout);
    });
    await run(binary, ['webhooks', 'disable', id], { env });
  }

  for (const name of byTls) {
    const receiver = await secure(name, ports[name]);
    const to = `https://localhost:${ports[name]}/hook`;
    const add = ['webhooks', 'add', to, '--topic', 'milestones', '--after', '0', '--json', ...allowed];
    const { id, secret } = JSON.parse((await run(binary, add, { env })).stdout);
    receiver.secret = secret;
    const attempts = async () => JSON.parse((await run(binary, ['webhooks', 'attempts', id, '--json'], { env })).stdout);
    if (name === 'trusted') {
      await check('by TLS every event of the log arrives', async () => {
        await until('every event', () => new Set(receiver.heard.map(({ id: of }) => of)).size >= position);
      }, 60);
    } else {
      await check(`by TLS nothing is told to who is ${name}`, async () => {
        await until('an attempt', async () => (await attempts()).length > 0);
        const outcomes = new Set((await attempts()).map(({ outcome }) => outcome));
        holds(outcomes.size === 1 && outcomes.has('unreachable') && receiver.heard.length === 0, [...outcomes].join());
      });
    }
    await run(binary, ['webhooks', 'disable', id], { env });
  }
}

try {
  await check('the suite itself', main, 600);
} finally {
  for (const child of started) child.kill('SIGKILL');
  rmSync(place, { recursive: true, force: true });
}
done('webhooks');
