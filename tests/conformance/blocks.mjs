// What does docs/clients.md tell a reader to write, and to run? A block under a line that is only a file's name is that file;
// a `console` block has commands, each followed by all that it prints.
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8');

/** Every fenced block in order: the line above it, its language and its lines. */
const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ index, 1: language, 2: body }) => ({
  name: text.slice(0, index).match(/\n`(\S+)`\n\n$/)?.[1], language, body,
}));

/** The blocks that are neither files nor commands, but for `sh`, which installs: there may be none. */
export const strays = blocks.filter(({ name, language }) => !name && !['console', 'sh'].includes(language));

/** What the reader installs. */
export const installs = blocks.filter(({ language }) => language === 'sh').flatMap(({ body }) => body.trim().split('\n'));

/** The files that the reader writes. */
export const files = new Map(blocks.filter(({ name }) => name).map(({ name, body }) => [name, body]));

/** The commands that the reader runs, with what each prints. */
export const commands = blocks.filter(({ language }) => language === 'console').flatMap(({ body }) =>
  `\n${body}`.split('\n$ ').slice(1).map((run) => {
    const [command, ...printed] = run.trimEnd().split('\n');
    return { command, printed: printed.join('\n') };
  }));
