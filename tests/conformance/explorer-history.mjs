// Does the explorer find again what was asked, whatever the browser's storage holds or refuses?
import { beyond, finds } from './browser.mjs';
import { explorer, write } from './explorer-desk.mjs';
import { check, holds, origin, same } from './lib.mjs';

const KEY = 'depositary.explorer.history';
const ONE = 'query One {\n  log { position }\n}\n';
const TWO = 'query Two($code: CountryCode!) {\n  country(code: $code) { name }\n}\n';

const titles = (page) => page.locator('#entries strong').allTextContents();
const stored = (page) => page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? '[]'), KEY);
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.getAttribute('aria-label') || document.activeElement.textContent);

/** Runs a question and waits for its answer. */
async function ask(page, query, variables = '') {
  await write(page, query);
  await write(page, variables, '#variables');
  await page.keyboard.press('Control+Enter');
  await page.locator('#facts .good, #facts .bad').first().waitFor();
}

async function opened(page) {
  if (!(await page.locator('#past').isVisible())) await page.click('button:text-is("History")');
  return titles(page);
}

async function keeps() {
  const { page, context, said, sent } = await explorer({});
  await check('what was run is listed, newest first, and the same question moves up', async () => {
    await ask(page, ONE);
    await ask(page, TWO, '{ "code": "LV" }');
    await ask(page, TWO, '{ "code": "KR" }');
    await ask(page, ONE);
    same(await opened(page), ['query One', 'query Two', 'query Two'], 'titles');
    same((await stored(page)).map(({ variables }) => variables), ['', '{ "code": "KR" }', '{ "code": "LV" }'], 'variables');
  });
  await check('it is there again when the page is loaded anew, and in another tab', async () => {
    await page.reload();
    same(await opened(page), ['query One', 'query Two', 'query Two'], 'titles');
    const other = await context.newPage();
    await other.goto(`${origin}/graphql/ide`);
    same(await opened(other), ['query One', 'query Two', 'query Two'], 'titles in another tab');
    await ask(other, '{ instruments { code } }');
    await other.close();
    await page.keyboard.press('Escape');
    same((await opened(page))[0], '{ instruments { code } }', 'the newest title');
  });
  await check('by keys alone a question is opened, and not run', async () => {
    await page.keyboard.press('Escape');
    await page.focus('#query');
    for (const key of ['Escape', 'Shift+Tab']) await page.keyboard.press(key);
    while (!/^(History|Run|run)$/.test(await focused(page))) await page.keyboard.press('Shift+Tab');
    same(await focused(page), 'History', 'the button');
    const before = sent.length;
    await page.keyboard.press('Enter');
    for (let step = 0; step < 8 && !/^query Two/.test(await focused(page)); step += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    same(await page.inputValue('#query'), TWO, 'the query');
    same(await page.inputValue('#variables'), '{ "code": "KR" }', 'the variables');
    same(await page.locator('#past').isVisible(), false, 'whether the list is open');
    same(await focused(page), 'query', 'where the focus is');
    await page.waitForTimeout(700);
    holds(sent.slice(before).every(({ operationName }) => operationName?.includes(' ')), 'it was run');
  });
  await check('by keys alone one question is removed, and the focus goes to the next', async () => {
    await page.focus('button:text-is("History")');
    await page.keyboard.press('Enter');
    const before = await titles(page);
    while (!/^Remove query/.test(await focused(page))) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    same(await titles(page), before.filter((_, at) => at !== 1), 'titles');
    same(await focused(page), 'Remove query Two', 'the focus');
    same((await stored(page)).length, before.length - 1, 'what is stored');
  });
  await check('by keys alone everything is removed, and nothing of it stays in the browser', async () => {
    while ((await focused(page)) !== 'forget') await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    same([await titles(page), await page.locator('#forget').isVisible(), await focused(page)], [[], false, 'past-title'], 'what is listed');
    same(await page.evaluate(() => localStorage.length), 0, 'what is stored');
    await page.keyboard.press('Escape');
    same(await focused(page), 'History', 'the focus after Escape');
  });
  await check('none of it said anything on the console', () => same(said(), [], 'the console'));
  await context.close();
}

async function secret() {
  const { page, context } = await explorer({});
  const token = process.env.SERVER_TOKEN ?? `depositary_reader_${'0'.repeat(64)}`;
  const anything = () => page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie + location.href);
  await check('the token is stored nowhere, even where somebody writes it into a question', async () => {
    await page.click('summary:has-text("Token")');
    await page.fill('#token', token);
    await page.fill('#headers', 'x-of-someone: a-secret-of-someone');
    await ask(page, ONE);
    same((await stored(page)).length, 1, 'what is stored');
    await ask(page, `# ${token}\n${ONE}`);
    await ask(page, ONE, `{ "token": "${token}" }`);
    await ask(page, ONE, '{ "other": "a-secret-of-someone" }');
    await page.fill('#token', '');
    await ask(page, `# ${token}\n${TWO}`, '{ "code": "LV" }');
    same((await stored(page)).map(({ query, variables }) => query + variables), [ONE], 'what is stored');
    await write(page, ONE);
    await write(page, '', '#variables');
    await page.waitForTimeout(500);
    const found = await anything();
    holds(!found.includes(token) && !found.includes('a-secret'), 'the token is stored');
  });
  await context.close();
}

async function bounded() {
  const { page, context } = await explorer({});
  await check('fifty questions are kept, and 200 kB of them', async () => {
    await page.evaluate((key) => {
      const entries = Array.from({ length: 80 }, (_, at) => ({ query: `query Q${at} { log { position } }`, variables: '', at }));
      localStorage.setItem(key, JSON.stringify(entries));
    }, KEY);
    await ask(page, ONE);
    const kept = await stored(page);
    same([kept.length, kept[0].query, kept[49].query], [50, ONE, 'query Q48 { log { position } }'], 'what is kept');
    await page.evaluate((key) => {
      const entries = Array.from({ length: 40 }, (_, at) => ({ query: `query Q${at} { log { position } } # ${'ü'.repeat(5_000)}`, variables: '', at }));
      localStorage.setItem(key, JSON.stringify(entries));
    }, KEY);
    await ask(page, ONE);
    const bytes = await page.evaluate((key) => new TextEncoder().encode(localStorage.getItem(key)).length, KEY);
    holds(bytes <= 200_000 && bytes > 180_000, `${bytes} bytes`);
    same((await stored(page))[0].query, ONE, 'the newest');
  });
  await check('a question that is too long by itself pushes none of the others out', async () => {
    const before = (await stored(page)).length;
    await ask(page, `${ONE}# ${'x'.repeat(199_950)}`);
    same((await stored(page)).length, before, 'what is kept');
  });
  await context.close();
}

/** What another page of the same origin may have left in the browser. */
const HOSTILE = [
  '', 'null', '7', '"text"', '{}', '[', '{"length":3}', '[null,7,"x",[],{}]', '[{"query":1,"variables":"","at":1}]', '[{"query":"a","variables":"b","at":1e99}]',
  '[{"__proto__":{"query":"a","variables":"b","at":1}}]', `[${'['.repeat(2_000)}`, '\u0000', JSON.stringify('x'.repeat(1_000_000)),
];

async function hostile() {
  for (const text of HOSTILE) {
    await check(`a storage of ${JSON.stringify(text.slice(0, 50))} lists nothing and breaks nothing`, async () => {
      const { page, context, said } = await explorer({}, (page) =>
        page.addInitScript(([key, value]) => sessionStorage.begun || localStorage.setItem(key, value) || (sessionStorage.begun = 'yes'), [KEY, text]));
      same(await opened(page), [], 'titles');
      await page.keyboard.press('Escape');
      await ask(page, ONE);
      same([await opened(page), said()], [['query One'], []], 'titles and the console');
      await context.close();
    }, 30);
  }
  const attacks = [
    '<img src=x onerror="document.title=\'taken\'"><script>document.title=\'taken\'</script>', '\u202Egnorts\u202C \u2066{ a }', 'x'.repeat(30_000),
    '{'.repeat(9_000), '"'.repeat(9_000), 'query <b>Bold</b> { a }', 'mutation Now { retract(id: "x") { a } }', '', '\n\n\n', '\ud800 lone',
  ];
  const entries = attacks.map((query, at) => ({ query, variables: `${query}"}`, at: at % 2 ? -8.64e15 : 8.64e15, more: { evil: true } }));
  for (const [colorScheme, width] of [['light', 1280], ['dark', 390]]) {
    const { page, context, said, sent } = await explorer({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true }, (page) =>
      page.addInitScript(([key, value]) => sessionStorage.begun || localStorage.setItem(key, value) || (sessionStorage.begun = 'yes'), [KEY, JSON.stringify(entries)]));
    await check(`hostile questions are text, fit, and are no finding of axe, ${colorScheme}, ${width}`, async () => {
      same((await opened(page)).length, attacks.length, 'how many are listed');
      same(await page.locator('#entries img, #entries script, #entries b').count(), 0, 'elements of others');
      same([await page.evaluate(beyond), await finds(page)], [[], []], 'what is too wide, and axe');
      const list = await page.locator('#past').evaluate((panel) => panel.scrollWidth - panel.clientWidth);
      same(list, 0, 'how far the list scrolls sideways');
    }, 60);
    await check(`a hostile question is opened as text and not run, ${colorScheme}, ${width}`, async () => {
      for (let at = 0; at < attacks.length; at += 1) {
        await opened(page);
        await page.locator('#entries .past').nth(at).click();
        same(await page.inputValue('#query'), attacks[at], 'the query');
      }
      await page.waitForTimeout(700);
      holds(sent.every(({ operationName }) => operationName?.includes(' ')), 'something was run');
      holds((await page.title()).startsWith('Depositary'), 'a script ran');
      same(said(), [], 'the console');
    }, 60);
    await context.close();
  }
}

async function refused() {
  const ways = {
    'denied by the browser': () => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('Access is denied for this document.', 'SecurityError'); } }),
    'refusing to be read': () => { Storage.prototype.getItem = () => { throw new DOMException('no', 'UnknownError'); }; },
    'full': () => { for (let size = 5_000_000; size >= 1; size = Math.floor(size / 2)) try { for (;;) localStorage.setItem(`others${size}${localStorage.length}`, 'x'.repeat(size)); } catch { /* full */ } },
  };
  for (const [what, way] of Object.entries(ways)) {
    const { page, context, said } = await explorer({}, (page) => page.addInitScript(way));
    await check(`with a storage ${what} the page works, keeps what was asked until it is closed, and says so`, async () => {
      await ask(page, ONE);
      await ask(page, TWO, '{ "code": "LV" }');
      await ask(page, ONE);
      same(await opened(page), ['query One', 'query Two'], 'titles');
      holds((await page.textContent('#past-note')).includes('forgotten when the page is closed'), 'it does not say so');
      await page.locator('#entries .remove').first().click();
      same(await titles(page), ['query Two'], 'titles after one is removed');
      await page.click('#forget');
      same([await titles(page), said()], [[], []], 'titles and the console');
    }, 30);
    await context.close();
  }
}

/** Everything about the history of questions. */
export async function history() {
  await keeps();
  await secret();
  await bounded();
  await hostile();
  await refused();
}
