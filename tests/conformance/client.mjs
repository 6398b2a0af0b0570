// Can a typed client be generated from the schema, does it compile under tsc --strict, and are the answers what its types
// say? graphql-codegen writes the schema's types and a client of operations.graphql into .work/client, and answers.ts asks
// the server by it.
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescript from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { files } from './blocks.mjs';
import { check, done, sdl } from './lib.mjs';

const here = fileURLToPath(new URL('./', import.meta.url));
const place = `${here}.work/client/`;
rmSync(place, { recursive: true, force: true });
mkdirSync(place, { recursive: true });

// As docs/clients.md tells it, so that its map has every scalar of the schema.
const { config } = JSON.parse(files.get('codegen.json'));

const location = 'operations.graphql';
const documents = [{ location, document: parse(readFileSync(`${here}${location}`, 'utf8')) }];
for (const [filename, pluginMap] of [['schema.ts', { typescript }], ['generated.ts', { operations, typedDocumentNode }]]) {
  await check(`graphql-codegen writes ${filename}`, async () => {
    const plugins = Object.keys(pluginMap).map((name) => ({ [name]: {} }));
    writeFileSync(`${place}${filename}`, await codegen({ schema: parse(sdl), documents, filename, config, plugins, pluginMap }));
  });
}
copyFileSync(`${here}answers.ts`, `${place}answers.ts`);

await check('tsc --strict compiles it', () => {
  const options = '--strict --noUnusedLocals --target es2022 --module nodenext --skipLibCheck --types node --outDir'.split(' ');
  try {
    const tsc = [`${here}node_modules/typescript/bin/tsc`, ...options, place, `${place}schema.ts`, `${place}answers.ts`];
    execFileSync(process.execPath, tsc, { encoding: 'utf8' });
  } catch (error) {
    throw new Error(error.stdout);
  }
}, 60);

const { answers } = await import(`${place}answers.js`).catch(() => ({ answers: {} }));
await check('the compiled client loads', () => { if (!Object.keys(answers).length) throw new Error('there is nothing to run'); });
for (const [title, ask] of Object.entries(answers)) await check(title, ask);

done('client');
