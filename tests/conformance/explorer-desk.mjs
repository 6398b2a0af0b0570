// Does the explorer help whoever writes: are mistakes marked while one types, and are names and values completed?
import { finds, open } from './browser.mjs';
import { check, holds, lastPosition, origin, same } from './lib.mjs';

/** The explorer's page, with each request that it sends to GraphQL but the one for the schema. */
export async function explorer(options, prepare = () => {}) {
  const opened = await open(options);
  const { page, said } = opened;
  // In a form the browser would offer to store the token, so that its hint to use one is not followed.
  const own = () => said.filter((text) => !text.startsWith('[DOM] Password field is not contained in a form'));
  const sent = [];
  page.on('request', (request) => {
    if (request.method() !== 'POST') return;
    const body = request.postDataJSON();
    if (!body.query.startsWith('query Introspection')) sent.push({ ...body, request });
  });
  await prepare(page, opened.context);
  await page.goto(`${origin}/graphql/ide`);
  await page.locator('#types button').first().waitFor({ state: 'attached' });
  return { ...opened, said: own, sent };
}

/** Writes a text anew, as a paste does, with the cursor where `|` is, or at its end. */
export async function write(page, text, into = '#query') {
  await page.focus(into);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  const at = text.indexOf('|');
  await page.keyboard.insertText(text.replace('|', ''));
  if (at >= 0) await page.locator(into).evaluate((area, place) => area.setSelectionRange(place, place), at);
}

const value = (page, of) => page.locator(of).inputValue();
const wrong = (page) => page.locator('#wrong li').allTextContents();
const validated = ({ operationName }) => operationName?.includes(' ');
const MISTAKEN = '{\n  country(code: "LV") {\n    nam\n  }\n}\n';

async function marks() {
  const { page, context, said, sent } = await explorer({});
  await check('a mistake is marked while one types, with the words of the server', async () => {
    await write(page, '{\n  country(code: "LV") {\n    na|\n  }\n}\n');
    await page.keyboard.type('m');
    await page.keyboard.press('Escape');
    await page.locator('#wrong li').waitFor();
    const [told] = await wrong(page);
    holds(told.includes('`Country`') && told.includes('`nam`') && told.includes('`name`'), told);
    same(await page.locator('.gutter .wrong').allTextContents(), ['3'], 'the marked lines');
    same(await page.locator('.paper .wrong').allTextContents(), ['nam'], 'what is underlined');
    same(await page.getAttribute('#query', 'aria-invalid'), 'true', 'what a screen reader hears');
  });
  await check('what is marked leads to its place, and goes as soon as the text changes', async () => {
    await page.click('#wrong button');
    same(await page.locator('#query').evaluate((area) => area.selectionStart), MISTAKEN.indexOf('nam'), 'the cursor');
    await page.keyboard.press('Control+Delete');
    same(await wrong(page), [], 'what is marked after a key');
    await page.keyboard.type('name');
    await page.keyboard.press('Escape');
    await page.waitForResponse((response) => validated(response.request().postDataJSON()));
    same([await wrong(page), await page.locator('.gutter .wrong').count()], [[], 0], 'what is marked in the end');
  });
  await check('every question while one types names an operation that no document has', () => {
    holds(sent.length >= 2 && sent.every(validated), JSON.stringify(sent.map(({ operationName }) => operationName)));
  });
  await check('a mutation is validated with a token, and not executed', async () => {
    const before = await lastPosition();
    await page.click('summary:has-text("Token")');
    await page.fill('#token', process.env.SERVER_TOKEN ?? '');
    const id = `{ agreementId: "rdp/RO", commandId: "5b0c7a52-3f0e-4a3e-8f6e-0f6f2b7d9a11" }`;
    for (const [operation, found] of [['mutation', 0], ['mutation One', 0], ['mutation One', 1]]) {
      const answered = page.waitForResponse((response) => response.request().postDataJSON().query?.includes('openAgreement'));
      await write(page, `${operation} {\n  openAgreement(input: ${id}) { position ${found ? 'nonsense ' : ''}}\n}\n`);
      const { data } = await (await answered).json();
      same(data, undefined, 'the data');
      await page.waitForTimeout(100);
      same((await wrong(page)).length, found, 'mistakes');
    }
    same(await lastPosition(), before, 'the position of the log');
  });
  await check('none of it said anything on the console', () => same(said(), [], 'the console'));
  await context.close();
}

async function unfinished() {
  const { page, context, said, sent } = await explorer({});
  await page.waitForTimeout(700);
  sent.length = 0;
  const texts = [
    '', '   \n', '# only a comment\n', '{', '{ country(code: |) { name } }', '{ country(code: "LV") {| } }', 'query', 'query A($x: |) { log { position } }',
    '{ country(code: "LV|) { name } }', '{ log { position } } fragment | on Log { position }', '{ ... on | }', '"', '"""', '$', '\u0000',
  ];
  for (const text of texts) {
    await check(`nothing is asked and nothing marked of ${JSON.stringify(text.slice(0, 60))}`, async () => {
      await write(page, text);
      await page.waitForTimeout(650);
      same([sent.length, await wrong(page)], [0, []], 'requests and marks');
    });
  }
  await check('brackets without end are not asked about and break nothing', async () => {
    for (const text of ['[[[[[[[[[[', '{'.repeat(5_000), `{ a(b: ${'['.repeat(5_000)}|`, `{ a(b: ${'{b:'.repeat(5_000)}|`]) {
      await write(page, text);
      await page.waitForTimeout(650);
    }
    same([sent.length, said()], [0, []], 'requests and the console');
  });
  await check('a bracket too many elsewhere is marked without asking', async () => {
    await write(page, '|{\n  log { position } }\n}\n}\n');
    await page.locator('#wrong li').waitFor();
    same([sent.length, await page.locator('.gutter .wrong').allTextContents()], [0, ['3']], 'requests and lines');
  });
  await context.close();
}

async function oneAtATime() {
  let [open, most, asked, aborted] = [0, 0, 0, 0];
  const { page, context, said } = await explorer({}, async (page) => {
    const ends = (request) => { if (request.method() === 'POST' && validated(request.postDataJSON())) open -= 1; };
    page.on('request', (request) => {
      if (request.method() !== 'POST' || !validated(request.postDataJSON())) return;
      asked += 1;
      most = Math.max(most, (open += 1));
    });
    page.on('requestfinished', ends);
    page.on('requestfailed', (request) => { ends(request); aborted += 1; });
    // A server that is slow, and slower about what is wrong than about what is right.
    await page.route('**/graphql', async (route) => {
      const { query } = route.request().postDataJSON();
      if (!query.startsWith('query Introspection')) await new Promise((done) => setTimeout(done, query.includes('nam\n') ? 1_500 : 700));
      await route.continue().catch(() => {});
    });
  });
  await check('one request at most is under way, and one about an older text is aborted and marks nothing', async () => {
    for (let time = 0; time < 3; time += 1) {
      await write(page, MISTAKEN);
      await page.waitForTimeout(550);
      await write(page, MISTAKEN.replace('nam', 'name'));
      await page.waitForTimeout(550);
    }
    await page.waitForTimeout(2_200);
    holds(asked >= 6 && aborted >= 5, `${asked} asked, ${aborted} aborted`);
    same([most, await wrong(page)], [1, []], 'the most at once, and what is marked');
  });
  await check('many keys in a row are one question', async () => {
    asked = 0;
    await write(page, '{\n  log {\n    |\n  }\n}\n');
    await page.keyboard.type('position', { delay: 60 });
    await page.keyboard.press('Escape');
    await page.waitForTimeout(1_500);
    same(asked, 1, 'questions');
  });
  await check('without an answer nothing is marked and nothing breaks', async () => {
    await page.unroute('**/graphql');
    await page.route('**/graphql', (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }));
    await write(page, MISTAKEN);
    await page.waitForTimeout(800);
    same(await wrong(page), [], 'marks');
    holds(said().every((text) => text.includes('502')), said().join());
  });
  await check('a server that takes no question is not asked again until the token changes or something was run', async () => {
    asked = 0;
    await write(page, MISTAKEN.replace('nam', 'na'));
    await page.waitForTimeout(700);
    same(asked, 0, 'questions');
    await page.unroute('**/graphql');
    await page.click('summary:has-text("Token")');
    await page.fill('#token', 'another');
    await page.fill('#token', '');
    await write(page, MISTAKEN);
    await page.locator('#wrong li').waitFor();
    same(asked, 1, 'questions');
  });
  await context.close();
}

async function completes() {
  const { page, context, said } = await explorer({});
  const offered = () => page.locator('.suggest:not([hidden]) li span:first-child').allTextContents();
  const document = (place) => `query A($name: String, $code: CountryCode!, $day: Date) {\n  country(code: ${place}) { name }\n}\nquery B($other: CountryCode!) { log { position } }\n`;
  await check('a variable is completed by those of its operation, the fitting ones first', async () => {
    await write(page, document('|'));
    await page.keyboard.type('$');
    same(await offered(), ['$code', '$name', '$day'], 'what is offered');
    await page.keyboard.type('na');
    same(await offered(), ['$name'], 'what is offered of $na');
    await page.keyboard.press('Enter');
    same(await value(page, '#query'), document('$name'), 'the query');
  });
  await check('an argument is offered the variables of its type without a dollar', async () => {
    await write(page, document('|'));
    await page.keyboard.press('Control+Space');
    same(await offered(), ['$code'], 'what is offered');
    await page.keyboard.press('Escape');
  });
  const ASKED = 'query A($filter: AgreementFilter, $listing: [Listing!]!, $flag: Boolean!, $day: Date) {\n  agreements(filter: $filter) { totalCount }\n}\n';
  await check('the variables are completed by keys alone: names, values of enums, fields of inputs', async () => {
    await write(page, ASKED);
    await write(page, '', '#variables');
    await page.keyboard.type('{"');
    same(await offered(), ['listing', 'flag', 'filter', 'day'], 'the names');
    await page.keyboard.press('Enter');
    same(await value(page, '#variables'), '{"listing": }', 'the variables');
    await page.keyboard.type('["CASE');
    same(await offered(), ['CASE_BY_CASE'], 'the values');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.type(', "fl');
    await page.keyboard.press('Enter');
    same(await offered(), ['true', 'false'], 'the values of a Boolean');
    await page.keyboard.press('Enter');
    await page.keyboard.type(', fil');
    await page.keyboard.press('Enter');
    await page.keyboard.type('{"listi');
    await page.keyboard.press('Enter');
    await page.keyboard.type('[bla');
    await page.keyboard.press('Enter');
    same(JSON.parse(await value(page, '#variables')), { listing: ['CASE_BY_CASE'], flag: true, filter: { listings: ['BLANKET'] } }, 'the variables');
  });
  await check('a name within quotes is replaced whole, and what is given further on is not offered', async () => {
    await write(page, '{ "li|s": [], "flag": true }', '#variables');
    await page.keyboard.press('Control+Space');
    same(await offered(), ['listing'], 'what is offered');
    await page.keyboard.press('Enter');
    same(await value(page, '#variables'), '{ "listing": [], "flag": true }', 'the variables');
    await write(page, '{ |, "flag": true }', '#variables');
    await page.keyboard.press('Control+Space');
    same(await offered(), ['listing', 'filter', 'day'], 'what is offered');
    await page.keyboard.press('Escape');
  });
  await check('what is offered stays below its word when the list of mistakes comes in between', async () => {
    await page.setViewportSize({ width: 390, height: 900 });
    await write(page, MISTAKEN.replace('{', 'query A($code: CountryCode) {'));
    await write(page, '{|}', '#variables');
    await page.keyboard.press('Control+Space');
    const gap = async () => {
      const [list, frame] = [await page.locator('.suggest:not([hidden])').boundingBox(), await page.locator('#given .editor').boundingBox()];
      return Math.round(list.y - frame.y);
    };
    const before = await gap();
    await page.locator('#wrong li').waitFor();
    same(await gap(), before, 'how far it is below the frame');
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1280, height: 900 });
  });
  await check('variables that make no sense offer nothing and break nothing', async () => {
    for (const text of ['|', '"|', ']|', '{"a":{"b":|', '{"filter":[[{"|', '}}}|', '{"__proto__":{"|', '{"filter": "a\\"|', '[|', '{"flag" |', `${'{"a":'.repeat(3_000)}|`]) {
      await write(page, text, '#variables');
      await page.keyboard.press('Control+Space');
      await page.keyboard.press('Escape');
    }
    same(said(), [], 'the console');
  });
  await context.close();
}

async function everybody() {
  for (const [colorScheme, width] of [['light', 1280], ['dark', 1280], ['light', 390], ['dark', 390]]) {
    const { page, context } = await explorer({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    await check(`axe finds nothing where mistakes are marked, ${colorScheme}, ${width}`, async () => {
      await write(page, MISTAKEN);
      await page.locator('#wrong li').waitFor();
      same(await finds(page), [], 'axe');
    }, 60);
    await check(`axe finds nothing where something is offered, ${colorScheme}, ${width}`, async () => {
      await write(page, 'query A($day: Date) {\n  log(|)\n}\n');
      await write(page, '{|}', '#variables');
      await page.keyboard.press('Control+Space');
      same(await page.locator('.suggest:not([hidden]) li').count(), 1, 'offers');
      same(await finds(page), [], 'axe');
    }, 60);
    await context.close();
  }
}

/** Everything that helps whoever writes a question. */
export async function desk() {
  await marks();
  await unfinished();
  await oneAtATime();
  await completes();
  await everybody();
}
