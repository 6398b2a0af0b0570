// Does every program of docs/clients.md run, and print what the page says? The page's files are written into .work/clients,
// and its commands run there, in the page's order, with the packages that are pinned here.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commands, files, installs, strays } from './blocks.mjs';
import { check, done, holds, origin, same } from './lib.mjs';

const here = fileURLToPath(new URL('./', import.meta.url));
const place = `${here}.work/clients/`;
rmSync(place, { recursive: true, force: true });
mkdirSync(`${place}bin`, { recursive: true });
if (process.env.DEPOSITARY_BIN) symlinkSync(process.env.DEPOSITARY_BIN, `${place}bin/depositary`);

const path = [`${place}bin`, `${here}.venv/bin`, process.env.PATH].join(delimiter);
// A tool that is not installed must fail, and not be fetched.
const env = { ...process.env, PATH: path, npm_config_yes: 'false', npm_config_offline: 'true' };

/** What a command prints; it must end by itself, and well. */
const run = (command) => new Promise((resolve, reject) => {
  execFile('bash', ['-c', command], { cwd: place, env, timeout: 90_000 }, (error, stdout, stderr) => {
    if (error) reject(new Error(`${stdout}${stderr || error.message}`.slice(-500)));
    else resolve(stdout.trimEnd());
  });
});

await check('each block is a file with a name, commands or an installation', () => same(strays, [], 'what is left'));
await check('each file is run, read or compiled by a command or another file', () => {
  const told = [...commands.map(({ command }) => command), ...files.values()].join('\n');
  const read = ['relay.config.json', 'src/questions.js'];
  const idle = [...files.keys()].filter((name) => !read.includes(name) && !told.includes(name));
  same(idle, [], 'what nothing runs');
});
await check('Apollo, urql, Relay, typed code and Python each have a program', () => {
  const programs = commands.filter(({ command }) => /\b(node|python3) \S+$/.test(command)).map(({ command }) => command.split(' ').pop());
  holds(programs.length >= 8, `the page runs only ${programs}`);
});
await check('what the page installs is what is pinned here', () => {
  const npm = Object.keys(JSON.parse(readFileSync(`${here}package.json`, 'utf8')).devDependencies);
  const python = readFileSync(`${here}requirements.txt`, 'utf8').split('\n').map((line) => line.split('==')[0]);
  const names = (tool) => installs.filter((line) => line.startsWith(`${tool} install `))
    .flatMap((line) => line.split(' ').slice(2)).filter((word) => !word.startsWith('-')).map((word) => word.replace(/'|\[.*\]/g, ''));
  same(names('npm').filter((name) => !npm.includes(name)), [], 'what npm installs and nothing pins');
  same(names('pip').filter((name) => !python.includes(name)), [], 'what pip installs and nothing pins');
});

const { host } = new URL(origin);
for (const [name, body] of files) {
  mkdirSync(dirname(`${place}${name}`), { recursive: true });
  writeFileSync(`${place}${name}`, body.replaceAll('127.0.0.1:8080', host));
}
for (const { command, printed } of commands) {
  await check(`$ ${command}`, async () => same(await run(command), printed, 'what it prints'), 100);
}

done('clients');
