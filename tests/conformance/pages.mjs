// Do the pages work in a real browser: for everybody, at every width, without a message, with and without the script?
import { beyond, browser, finds, open } from './browser.mjs';
import { check, done, holds, origin, same } from './lib.mjs';
import { below } from './pages-below.mjs';
import { desk } from './pages-desk.mjs';

const PAGES = [
  '/', '/?asOf=2016-05-01&sort=listed&years=2005', '/?instrument=sosa', '/rdp/KR', '/rdp/LV',
  '/rdp/LV?asOf=2017-06-30', '/rdp/LV?asOf=2017-06-30&basis=published&knownAt=2017-06-30', '/rdp/IT', '/rdp/AT',
  '/rdp/GB', '/rdp/FI', '/rdp/DK', '/rdp/NZ', '/rdp/AU?asOf=2005-01-01', '/sosa/KR', '/waiting', '/changes',
  '/changes?from=2017-06-30&basis=published', '/table', '/table?standing=suspended', '/log', '/alerts', '/method',
  '/countries/KR', '/sign-in', '/rdp/Korea', '/rdp/LV?asOf=2017-06-31', '/nothing',
];

for (const [colorScheme, width] of [['light', 1280], ['dark', 390]]) {
  const { context, page } = await open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
  for (const path of PAGES) {
    await check(`axe finds nothing on ${path}, ${colorScheme}, ${width}`, async () => {
      await page.goto(origin + path);
      same(await finds(page), [], 'axe');
    }, 60);
  }
  await context.close();
}

for (const [what, options] of [
  ['at 320 pixels', { viewport: { width: 320, height: 900 } }],
  ['at 390 pixels', { viewport: { width: 390, height: 900 } }],
  ['at 200 %', { viewport: { width: 640, height: 900 }, deviceScaleFactor: 2 }],
  ['in forced colours', { forcedColors: 'active' }],
]) {
  const { context, page, said } = await open(options);
  for (const path of PAGES) {
    await check(`${path} fits ${what} and says nothing on the console`, async () => {
      said.length = 0;
      await page.goto(origin + path);
      same(await page.evaluate(beyond), [], 'what is too wide');
      same(said, [], 'the console');
    });
  }
  await context.close();
}

const { context, page, said } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
await check('the form leads to the page of the country', async () => {
  await page.goto(`${origin}/`);
  await page.fill('#country', 'Latvia');
  await page.fill('#on', '2017-06-30');
  await page.click('text=Show its status');
  same(new URL(page.url()).pathname + new URL(page.url()).search, '/rdp/LV?asOf=2017-06-30', 'address');
  await page.goBack();
  same(new URL(page.url()).pathname, '/', 'address after going back');
});
await check('the slider moves by keys, and the address follows', async () => {
  await page.goto(`${origin}/`);
  await page.focus('input[type=range]');
  await page.keyboard.press('PageDown');
  await page.keyboard.press('ArrowLeft');
  const told = await page.getAttribute('input[type=range]', 'aria-valuetext');
  holds(/on the list$/.test(told), `it says: ${told}`);
  holds(new URL(page.url()).searchParams.has('asOf'), page.url());
  const [figure, asked] = [await page.textContent('.figures b'), page.url()];
  await page.goto(asked);
  same(await page.textContent('.figures b'), figure, 'the figure of the same day from the server');
});
await check('arrows move between the rows of the chart', async () => {
  await page.goto(`${origin}/`);
  await page.focus('.lanes li > a');
  const first = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press('ArrowDown');
  const second = await page.evaluate(() => document.activeElement.textContent);
  holds(first !== second, 'the focus stayed');
});
await check('a citation is copied', async () => {
  await page.goto(`${origin}/rdp/LV?asOf=2017-06-30`);
  await page.click('.copy');
  holds((await page.evaluate(() => navigator.clipboard.readText())).startsWith('Depositary, “Latvia was not'), 'another text');
});
await check('a citation gives the same answer', async () => {
  const cited = await page.textContent('.cite');
  const { pathname, search } = new URL(cited.match(/https?:\S+/)[0]);
  const answer = await page.textContent('h1');
  await page.goto(origin + pathname + search);
  same(await page.textContent('h1'), answer, 'answer');
});
await check('every marker of the timeline has a name and leads to its row', async () => {
  await page.goto(`${origin}/rdp/KR`);
  const markers = page.locator('.tall a');
  holds((await markers.count()) > 5, 'few markers');
  for (const href of await markers.evaluateAll((all) => all.map((one) => one.getAttribute('href')))) {
    holds((await page.locator(href).count()) === 1, `${href} leads nowhere`);
  }
});
await check('a page is printed on paper', async () => {
  const paper = await page.pdf({ format: 'A4' });
  holds(paper.length > 20_000, 'an empty paper');
});
await check('none of it said anything on the console', async () => same(said, [], 'the console'));
await context.close();

const without = await open({ javaScriptEnabled: false });
await check('without script the forms and links do it all', async () => {
  await without.page.goto(`${origin}/`);
  same(await without.page.locator('input[type=range]').count(), 0, 'sliders');
  await without.page.fill('.when input[type=date]', '2012-03-01');
  await without.page.click('.when button');
  same(new URL(without.page.url()).search, '?asOf=2012-03-01', 'address');
  await without.page.click('a[rel=prev]');
  holds(new URL(without.page.url()).searchParams.get('asOf') < '2012-03-01', without.page.url());
});
await without.context.close();

await desk({ open, beyond, finds });
await below({ open });

await browser.close();
done('pages');
