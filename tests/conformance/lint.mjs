// Is the schema written as the two public linters want it? Each rule of graphql-schema-linter (Relay and descriptions
// among them) and of @graphql-eslint's flat/schema-recommended and flat/schema-relay counts as one question.
import graphqlEslint from '@graphql-eslint/eslint-plugin';
import { ESLint } from 'eslint';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { check, done, holds, sdl } from './lib.mjs';
import { computed, off, options } from './lint.config.mjs';

const schema = fileURLToPath(new URL('../../schema.graphql', import.meta.url));

/** Counts each rule with what it found; `found` is a list of { rule, line, message }. */
async function count(rules, found) {
  const unknown = found.filter(({ rule }) => !rules.includes(rule));
  await check('no problem outside the rules', () => holds(unknown.length === 0, JSON.stringify(unknown)));
  for (const rule of rules) {
    const own = found.filter((problem) => problem.rule === rule);
    if (off[rule]) {
      console.log(`  off: ${rule}: ${off[rule]}`);
      if (!own.length) await check(rule, () => holds(false, 'it is switched off and would find nothing'));
      continue;
    }
    const told = own.slice(0, 12).map(({ line, message }) => `\n    line ${line}: ${message}`).join('');
    await check(rule, () => holds(own.length === 0, `${own.length} problems${told}`));
  }
}

// graphql-schema-linter runs all its rules when it is told none; their names are those of its files.
const linter = fileURLToPath(new URL('node_modules/.bin/graphql-schema-linter', import.meta.url));
const files = readdirSync(new URL('node_modules/graphql-schema-linter/lib/rules', import.meta.url));
const json = await new Promise((resolve) => {
  execFile(process.execPath, [linter, '--format', 'json', schema], (_, out, err) => resolve(out || err));
});
await count(
  files.map((file) => file.replace('.js', '').replaceAll('_', '-')),
  JSON.parse(json).errors.map(({ rule, location, message }) => ({ rule, line: location.line, message })),
);

// @graphql-eslint, its two presets together.
const rules = { ...graphqlEslint.configs['flat/schema-recommended'].rules, ...graphqlEslint.configs['flat/schema-relay'].rules };
for (const [rule, chosen] of Object.entries(options)) rules[rule] = ['error', chosen];
const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: [{
    files: ['**/*.graphql'],
    languageOptions: { parser: graphqlEslint.parser, parserOptions: { graphQLConfig: { schema } } },
    plugins: { '@graphql-eslint': graphqlEslint },
    rules,
  }],
  cwd: fileURLToPath(new URL('../../', import.meta.url)),
});
const [{ messages }] = await eslint.lintText(sdl, { filePath: schema });
// The edges that may be other than the rule wants: the type that stands last above the line.
const lines = sdl.split('\n');
const typeAt = (line) => lines.slice(0, line).findLast((text) => text.startsWith('type '))?.split(' ')[1];
const excused = (found) =>
  found.ruleId === '@graphql-eslint/relay-edge-types' && found.message.includes('must implement') && typeAt(found.line) in computed;
const named = new Set(messages.filter(excused).map(({ line }) => typeAt(line)));
for (const edge of Object.keys(computed)) {
  if (!named.has(edge)) messages.push({ ruleId: '@graphql-eslint/relay-edge-types', line: 0, message: `${edge} needs no exception any more` });
}
const left = messages.filter((found) => !excused(found));
await count(Object.keys(rules), left.map(({ ruleId, line, message }) => ({ rule: ruleId, line, message })));

done('lint');
