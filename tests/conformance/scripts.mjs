// Are the scripts of the explorer and of the pages typed and sound, and are they what the server serves?
import { ESLint } from 'eslint';
import { readFileSync, readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { check, done, holds, origin, same } from './lib.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const PAGES = 'src/faces/pages/assets/page.js';
const explorer = readdirSync(`${root}src/faces/explorer`).filter((name) => name.endsWith('.js')).map((name) => `src/faces/explorer/${name}`);
const files = [...explorer, PAGES];
const source = Object.fromEntries(files.map((file) => [file, readFileSync(root + file, 'utf8')]));

const read = ts.readConfigFile(`${here}tsconfig.json`, ts.sys.readFile);
const config = ts.parseJsonConfigFileContent(read.config, ts.sys, here);
const program = ts.createProgram(config.fileNames, config.options);
const found = [...config.errors, ...ts.getPreEmitDiagnostics(program)].map(({ file, start, messageText }) => ({
  file: file ? relative(root, file.fileName) : 'tsconfig.json',
  line: file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0,
  message: ts.flattenDiagnosticMessageText(messageText, ' '),
}));
const told = (problems) => problems.slice(0, 12).map(({ line, message }) => `\n    line ${line}: ${message}`).join('');

await check('the compiler reads every script, strictly', () => {
  same(config.fileNames.map((file) => relative(root, file)).sort(), [...files].sort(), 'what it reads');
  holds(config.options.strict && config.options.checkJs, 'not strictly');
  const elsewhere = found.filter(({ file }) => !files.includes(file));
  holds(elsewhere.length === 0, `elsewhere${told(elsewhere)}`);
});
const eslint = new ESLint({ cwd: root, overrideConfigFile: `${here}scripts.config.mjs` });
for (const file of files) {
  await check(`the compiler finds nothing in ${file}`, () => {
    const own = found.filter((problem) => problem.file === file);
    holds(own.length === 0, `${own.length} problems${told(own)}`);
  });
  await check(`eslint finds nothing in ${file}`, async () => {
    const [{ messages }] = await eslint.lintText(source[file], { filePath: root + file });
    holds(messages.length === 0, `${messages.length} problems${told(messages)}`);
  }, 60);
  await check(`${file} excuses itself from nothing`, () => {
    const excuse = /@ts-(ignore|expect-error|nocheck)|eslint-disable|\{[^{}]*\bany\b[^{}]*\}|@type \{\*\}/.exec(source[file]);
    holds(!excuse, excuse?.[0]);
    holds(source[file].split('\n').length <= 401, 'it has more than 400 lines');
  });
}

async function served(path) {
  const answer = await fetch(origin + path);
  holds(answer.ok && answer.headers.get('content-type').startsWith('text/javascript'), `${path}: ${answer.status}`);
  return answer.text();
}
for (const file of explorer) {
  await check(`${file} is served as it stands`, async () => {
    holds((await served(`/graphql/ide/${file.split('/').at(-1)}`)) === source[file], 'another text');
  });
}
await check('the script of the pages is served without its comments, in at most 6,000 bytes', async () => {
  const text = await served('/page.js');
  const bare = (script) => ts.transpile(script, { target: ts.ScriptTarget.ES2023, removeComments: true });
  holds(bare(text) === bare(source[PAGES]), 'another script');
  holds(!/\/\*|^\s*\/\//m.test(text), 'it has comments');
  holds(Buffer.byteLength(text) <= 6_000, `${Buffer.byteLength(text)} bytes`);
});

done('scripts');
