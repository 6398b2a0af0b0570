// Does the desk work in a browser: signing in, recording, deciding, by keys and without script? A server of its own, over a log of
// its own, since the suites after this one ask for known answers; a register of its own, which behaves as the Federal Register does.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, holds, same } from './lib.mjs';

const rule = (number, day, country) => ({
  document_number: number, type: 'Rule', publication_date: day, effective_on: day, citation: '99 FR 2', action: 'Final rule.',
  title: `Defense Federal Acquisition Regulation Supplement: New Qualifying Country-${country}`,
  abstract: `This rule adds ${country} as a qualifying country.`, html_url: `https://www.federalregister.gov/documents/${number}`,
});
const DOCUMENTS = [rule('2024-20001', '2024-05-06', 'Romania'), rule('2024-20002', '2024-06-03', 'Iceland'), rule('2024-20003', '2024-06-04', 'Croatia')];

export const listen = (server) => new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(server.address().port)); });

/** The register, and where it is. */
async function register() {
  const server = createServer((request, response) => {
    const asked = new URL(request.url, 'http://register');
    const answer = (value, status = 200, kind = 'application/json') => {
      response.writeHead(status, { 'content-type': kind });
      response.end(kind === 'application/json' ? JSON.stringify(value) : value);
    };
    if (!/^\/api\/v1\/documents(\.json)?$/.test(asked.pathname)) {
      const found = DOCUMENTS.find((document) => asked.pathname.endsWith(`/${document.document_number}.json`));
      return found ? answer(found) : answer('<pre>A rule.</pre>', 200, 'text/plain');
    }
    const [from, to] = ['gte', 'lte'].map((end) => asked.searchParams.get(`conditions[publication_date][${end}]`));
    const results = DOCUMENTS.filter((document) => from <= document.publication_date && document.publication_date <= to);
    return answer(results.length ? { count: results.length, total_pages: 1, results } : { description: 'Documents', count: 0 });
  });
  return { server, host: `http://127.0.0.1:${await listen(server)}` };
}

/** A port that nobody has at the moment. */
export async function freePort() {
  const probe = createServer();
  const port = await listen(probe);
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}

/** A server with the bundled facts and tokens of two roles, reached from outside at a site or where it listens. */
export async function start(site, options = []) {
  const place = mkdtempSync(join(tmpdir(), 'depositary-desk-'));
  const database = ['--database-url', `sqlite://${place}/log.db`];
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const settings = { cwd: place, env: {}, stdio: ['ignore', 'ignore', 'ignore'] };
  const child = spawn(process.env.DEPOSITARY_BIN, ['serve', '--listen', `127.0.0.1:${port}`, '--public-url', site ?? origin, ...database, ...options], settings);
  for (let tries = 0; tries < 300; tries += 1) {
    const ready = await fetch(`${origin}/readyz`).catch(() => null);
    if (ready?.ok) break;
    await sleep(100);
  }
  const run = (...words) => execFileSync(process.env.DEPOSITARY_BIN, [...words, ...database], { cwd: place, env: {}, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const token = (name, role) => run('token', 'create', '--role', role, '--name', name);
  // The register is in this process, so whoever waits for it must not stop it.
  const poll = (host) => new Promise((resolve, reject) => {
    const words = ['sources', 'poll', '--source-host', host, '--source-contact', 'desk@example.org', '--since', '2024-01-01', ...database];
    spawn(process.env.DEPOSITARY_BIN, words, { ...settings }).on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`poll: ${code}`))));
  });
  const stop = () => { child.kill(); rmSync(place, { recursive: true, force: true }); };
  return { origin, place, poll, stop, recorder: token('press-desk', 'recorder'), reader: token('only-reads', 'reader') };
}

/** Asks everything that a desk does, in a browser that `open` opens. */
export async function desk({ open, beyond, finds }) {
  const { server, host } = await register();
  const { origin, poll, stop, recorder, reader } = await start();
  await check('the documents come into the inbox', async () => poll(host), 60);
  const signIn = async (page, token) => {
    await page.goto(`${origin}/sign-in`);
    await page.focus('#token');
    await page.keyboard.type(token);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/`);
  };

  for (const [how, options] of [['with script', {}], ['without script', { javaScriptEnabled: false }]]) {
    const { context, page, said } = await open(options);
    const country = how === 'with script' ? 'Romania' : 'Iceland';
    await check(`a wrong token is refused and a right one signs in by keys, ${how}`, async () => {
      await page.goto(`${origin}/sign-in`);
      await page.fill('#token', 'depositary_press-desk_00');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.errors');
      same(await page.evaluate(() => document.activeElement?.className ?? 'no script').catch(() => 'no script'), 'errors', 'the focus');
      await signIn(page, recorder);
      same(await page.textContent('nav.desk li:last-child'), 'press-desk', 'the head');
      const [cookie] = (await context.cookies()).filter(({ name }) => name === 'depositary_session');
      same([cookie.httpOnly, cookie.sameSite], [true, 'Strict'], 'the cookie');
    });
    await check(`a form is refused, keeps what was typed, is mended, previewed and recorded, ${how}`, async () => {
      await page.goto(`${origin}/record?agreement=rdp/${country === 'Romania' ? 'RO' : 'IS'}&kind=intent_announced`);
      await page.fill('#day', '2099-12-28');
      await page.fill('#summary', `An agreement with ${country} is wanted.`);
      await page.fill('#title-0', 'A joint statement');
      await page.fill('#publisher-0', 'The ministry');
      await page.click('button[value=preview]');
      same(await page.title(), 'Error: Record a milestone · Depositary', 'title');
      same(await page.inputValue('#summary'), `An agreement with ${country} is wanted.`, 'what was typed');
      await page.click('.errors a');
      same(new URL(page.url()).hash, '#day', 'where the error leads');
      holds((await page.getAttribute('#day', 'aria-describedby')).includes('day-e'), 'the field is not tied to its error');
      await page.fill('#day', '2024-01-15');
      await page.click('button[value=preview]');
      holds((await page.textContent('.preview')).includes('Announced for'), await page.textContent('.preview'));
      await page.click('button[value=record]');
      await page.waitForURL(/recorded=/);
      holds((await page.textContent('main')).includes(`Intent announced, ${country}`), 'it is not said to be recorded');
      await page.click('text=The answer now');
      holds((await page.textContent('.miles')).includes(`An agreement with ${country} is wanted.`), 'it is not on the page');
    });
    await check(`a milestone is corrected from its row, ${how}`, async () => {
      await page.click('.miles a[href*=corrects]');
      await page.fill('#summary', 'Another sentence.');
      await page.click('button[value=preview]');
      holds((await page.textContent('.errors')).includes('Say why it is corrected.'), 'it asks for no reason');
      await page.fill('#why', 'The sentence was wrong.');
      await page.click('button[value=preview]');
      await page.click('button[value=record]');
      await page.waitForURL(/recorded=/);
    });
    await check(`a milestone is retracted, and what that changes is shown before, ${how}`, async () => {
      await page.click('text=The answer now');
      await page.click('.miles a[href*=corrects]');
      await page.click('button[value=preview-retraction]');
      holds((await page.textContent('.errors')).includes('Say why it is retracted.'), 'it asks for no reason');
      await page.fill('#why', 'It was another country.');
      await page.click('button[value=preview-retraction]');
      holds((await page.textContent('.preview')).includes('If you retract it'), await page.textContent('.preview'));
      await page.click('button[value=retract]');
      await page.waitForURL(/recorded=/);
      holds((await page.textContent('main')).includes('Milestone retracted'), 'it is not said to be retracted');
    });
    await check(`a document is read beside its claims and accepted by keys, ${how}`, async () => {
      await page.goto(`${origin}/inbox`);
      await page.click(`text=New Qualifying Country-${country}`);
      holds((await page.textContent('blockquote')).includes(`adds ${country}`), 'the text is not there');
      same(await page.locator('mark').count() > 0, true, 'a marked passage');
      holds((await page.textContent('.preview')).includes('any purchase'), 'it does not say what would change');
      await page.focus('button[value=accept]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[role=status]');
      holds((await page.textContent('[role=status]')).startsWith('Accepted by press-desk'), await page.textContent('[role=status]'));
    });
    await check(`a document is dismissed with a reason and taken up again, ${how}`, async () => {
      await page.goto(`${origin}/inbox`);
      await page.click('text=New Qualifying Country-Croatia');
      await page.click('button[value=dismiss]');
      holds((await page.textContent('.errors')).includes('Choose why'), 'it asks for no reason');
      await page.selectOption('#reason', 'not_yet_true');
      await page.click('button[value=dismiss]');
      holds((await page.textContent('[role=status]')).includes('not true yet'), await page.textContent('[role=status]'));
      await page.click('button[value=reopen]');
      await page.waitForSelector('button[value=dismiss]');
    });
    await check(`signing out ends it, ${how}`, async () => {
      await page.goto(`${origin}/sign-in`);
      await page.click('button[value=out]');
      await page.goto(`${origin}/record`);
      same(await page.textContent('h1'), 'Sign in to see this page', 'heading');
      await page.fill('#token', recorder);
      await page.keyboard.press('Enter');
      await page.waitForURL(`${origin}/record`);
      same(said, [], 'the console');
    });
    await context.close();
  }

  const PATHS = ['/sign-in', '/record', '/record?kind=signed', '/record?kind=observed', '/inbox', '/inbox?state=all', '/inbox/2024-20003', '/inbox/2024-20001', '/countries/KR'];
  for (const [colorScheme, width] of [['light', 1280], ['dark', 390], ['light', 320]]) {
    const { context, page, said } = await open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    await signIn(page, recorder);
    const looks = async (what) => {
      same(await page.evaluate(beyond), [], 'what is too wide');
      if (width !== 320) same(await finds(page), [], 'axe');
      if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${what.replace(/\W+/g, '-')}-${colorScheme}-${width}.png`), fullPage: true });
    };
    for (const of of PATHS) {
      await check(`axe finds nothing on ${of}, ${colorScheme}, ${width}, and it fits`, async () => {
        await page.goto(origin + of);
        await looks(of);
      }, 60);
    }
    await check(`a preview and a refused form are as good, ${colorScheme}, ${width}`, async () => {
      await page.goto(`${origin}/record?agreement=rdp/LV&kind=expired`);
      await page.click('button[value=preview]');
      await looks('record refused');
      await page.fill('#day', '2024-01-15');
      await page.fill('#summary', 'It has expired.');
      await page.fill('#title-0', 'A notice');
      await page.fill('#citation-0', '99 FR 3');
      await page.click('button[value=preview]');
      await looks('record preview');
    }, 60);
    await check(`what a reader sees is as good, ${colorScheme}, ${width}`, async () => {
      await context.clearCookies();
      await page.goto(`${origin}/record`);
      await looks('locked');
      await signIn(page, reader);
      await page.goto(`${origin}/inbox/2024-20003`);
      await looks('inbox reader');
      await page.goto(`${origin}/record`);
      same(await page.textContent('h1'), 'Your token may not do this', 'heading');
      await looks('forbidden');
      same(said, [], 'the console');
    }, 60);
    await context.close();
  }
  stop();
  server.close();
}
