// Does the program work behind PgBouncer where it can, and say so where it cannot? A PgBouncer and a database of their own, both ended
// here. Transaction mode gives each transaction another connection, so what a server listens to and prepares would be lost.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, done, holds, same } from './lib.mjs';
import { freePort } from './pages-desk.mjs';

const ADMIN = process.env.DEPOSITARY_TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const server = new URL(ADMIN);
const name = `depositary_pooled_${process.pid}`;
const psql = (sql) => execFileSync('psql', ['-q', ADMIN, '-c', sql], { stdio: ['ignore', 'ignore', 'inherit'] });

/** A PgBouncer in a mode; what it returns has its port, and ends it. */
async function pgbouncer(place, mode) {
  const port = await freePort();
  const config = join(place, `${mode}.ini`);
  writeFileSync(join(place, 'users.txt'), `"${server.username}" "${decodeURIComponent(server.password)}"\n`);
  writeFileSync(config, `[databases]
* = host=${server.hostname} port=${server.port || 5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${place}/users.txt
pool_mode = ${mode}
max_client_conn = 200
default_pool_size = 40
ignore_startup_parameters = extra_float_digits,options
`);
  // As the administrator it does not start, so it is run by the user to whom PostgreSQL belongs.
  const [command, ...words] = process.getuid?.() === 0 ? ['setpriv', '--reuid=nobody', '--clear-groups', BINARY] : [BINARY];
  const child = spawn(command, [...words, '-q', config], { env: { LD_LIBRARY_PATH: LIBRARIES }, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => { child.on('exit', resolve).on('error', resolve); });
  for (let tries = 0; tries < 50; tries += 1) {
    if (spawnSync('psql', ['-q', `postgres://${server.username}@127.0.0.1:${port}/${name}`, '-c', 'select 1'], { stdio: 'ignore' }).status === 0) break;
    await sleep(100);
  }
  return { url: `postgres://${server.username}@127.0.0.1:${port}/${name}`, stop: async () => { child.kill(); await ended; } };
}

const BINARY = process.env.PGBOUNCER_BINARY ?? 'pgbouncer';
const LIBRARIES = process.env.PGBOUNCER_LIBRARIES ?? '';
const place = mkdtempSync(join(tmpdir(), 'depositary-pooled-'));
chmodSync(place, 0o755);
const run = (url, ...words) => spawnSync(process.env.DEPOSITARY_BIN, [...words, '--database-url', url], { cwd: place, env: {}, encoding: 'utf8' });

psql(`create database ${name}`);
try {
  const session = await pgbouncer(place, 'session');
  try {
    await check('in session mode the bundled facts are recorded', async () => {
      const { status, stderr } = run(session.url, 'import', '--bundled');
      same(status, 0, stderr);
    }, 60);
    await check('in session mode a server answers, and hears what another process records', async () => {
      const port = await freePort();
      const child = spawn(process.env.DEPOSITARY_BIN, ['serve', '--unsigned', '--listen', `127.0.0.1:${port}`, '--database-url', session.url], { cwd: place, env: {}, stdio: 'ignore' });
      const ended = new Promise((resolve) => { child.on('exit', resolve); });
      const asked = async (path) => (await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null));
      try {
        let ready = null;
        for (let tries = 0; tries < 100 && !ready?.ok; tries += 1) { ready = await asked('/readyz'); await sleep(100); }
        same((await (await asked('/v1/status/LV?asOf=2017-06-30')).json()).status.headline, 'IN_FORCE', 'the headline of Latvia');
        const before = (await (await asked('/v1/log?first=1')).json()).position;
        const token = run(session.url, 'token', 'create', '--role', 'recorder', '--name', 'pooled').stdout.trim();
        holds(token.length > 20, 'no token was made');
        writeFileSync(join(place, 'fact.jsonl'), `${JSON.stringify({
          key: 'rdp/KR/noted-pooled', agreement: 'rdp/KR',
          milestone: { occurred: '2025-01-02', evidence: 'stated', summary: 'Noted behind a pooler.', detail: { noted: {} } },
          sources: [{ title: 'A letter', publisher: 'A ministry', reliability: 'secondary' }],
        })}\n`);
        const imported = run(session.url, 'import', 'fact.jsonl');
        same(imported.status, 0, imported.stderr);
        const heard = await asked(`/v1/log?first=1&minPosition=${before + 1}`);
        same(heard.status, 200, 'the status of an answer that waits for the new position');
      } finally {
        child.kill();
        await ended;
      }
    }, 60);
  } finally {
    await session.stop();
  }
  const transaction = await pgbouncer(place, 'transaction');
  try {
    for (const words of [['status', 'LV'], ['serve', '--unsigned', '--listen', '127.0.0.1:0'], ['import', '--bundled']]) {
      await check(`in transaction mode \`${words[0]}\` ends and names the mode that it needs`, async () => {
        const { status, stderr } = run(transaction.url, ...words);
        same(status, 2, 'exit code');
        holds(stderr.includes('session mode'), `it says: ${stderr}`);
      }, 60);
    }
  } finally {
    await transaction.stop();
  }
} finally {
  psql(`drop database if exists ${name} with (force)`);
  rmSync(place, { recursive: true, force: true });
}
done('poolers');
