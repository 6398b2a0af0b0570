// Do the pages work behind nginx, which serves them below a path and takes it away? A server and an nginx of their own, on free ports of
// the loopback, both ended here.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, holds, same } from './lib.mjs';
import { freePort, start } from './pages-desk.mjs';

const BELOW = '/depositary';
const PAGES = [
  '/', '/rdp/KR', '/rdp/LV?asOf=2017-06-30', '/sosa/KR', '/waiting', '/changes', '/table', '/log', '/alerts', '/method', '/countries/KR',
  '/sign-in',
];

/** An nginx that serves a server below the path; without a master, so that it ends with its process. */
async function nginx(place, port, origin) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${place}/nginx/${name};`).join(' ');
  mkdirSync(join(place, 'nginx'));
  const config = join(place, 'nginx.conf');
  writeFileSync(config, `daemon off; master_process off; pid ${place}/nginx/pid; error_log stderr error;
events {}
http {
  access_log off; ${temporary}
  server {
    listen 127.0.0.1:${port};
    location ${BELOW}/ {
      proxy_pass ${origin}/;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
    }
  }
}
`);
  // It takes sockets over from a variable `NGINX`, so it is given none.
  const child = spawn(process.env.NGINX_BINARY ?? 'nginx', ['-p', `${place}/nginx`, '-c', config], { env: {}, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => { child.on('exit', resolve).on('error', resolve); });
  for (let tries = 0; tries < 100; tries += 1) {
    const answers = await fetch(`http://127.0.0.1:${port}${BELOW}/readyz`).catch(() => null);
    if (answers?.ok) break;
    await sleep(100);
  }
  return async () => { child.kill(); await ended; };
}

/** Asks everything that a path before the pages could break, in a browser that `open` opens. */
export async function below({ open }) {
  const port = await freePort();
  const site = `http://127.0.0.1:${port}${BELOW}`;
  const server = await start(site, ['--trusted-proxy', '127.0.0.0/8']);
  const stop = await nginx(server.place, port, server.origin);
  const { context, page, said } = await open({});
  const led = new Set();
  for (const path of PAGES) {
    await check(`${path} is whole below a path, and leads nowhere else on this server`, async () => {
      said.length = 0;
      const missing = [];
      const noted = (response) => { if (response.status() >= 400) missing.push(response.url()); };
      page.on('response', noted);
      await page.goto(site + path);
      page.off('response', noted);
      same(missing, [], 'what is not there');
      same(said, [], 'the console');
      same(await page.evaluate(() => document.styleSheets.length > 0 && [...document.styleSheets].every((sheet) => sheet.cssRules.length > 10)), true, 'the stylesheet');
      const links = await page.evaluate(() => [...document.querySelectorAll('[href], form[action]')].map((of) => of.getAttribute('href') ?? of.getAttribute('action')));
      const own = links.filter((link) => link.startsWith('/'));
      holds(own.length > 5, 'hardly a link');
      same(own.filter((link) => !link.startsWith(`${BELOW}/`)), [], 'links that leave the path');
      links.filter((link) => link.startsWith(site)).concat(own.map((link) => `http://127.0.0.1:${port}${link}`)).forEach((link) => led.add(link.split('#')[0]));
    }, 60);
  }
  await check('every link on these pages leads to something', async () => {
    const wrong = [];
    for (const link of led) {
      const answer = await fetch(link, { redirect: 'manual', headers: { accept: 'text/html,*/*;q=0.8' } });
      if (answer.status >= 400 && !(answer.status === 401 && /\/(record|inbox)/.test(link))) wrong.push(`${answer.status} ${link}`);
      const moved = answer.headers.get('location');
      if (moved && !new URL(moved, link).href.startsWith(`${site}/`)) wrong.push(`${link} moves to ${moved}`);
    }
    holds(led.size > 100, `only ${led.size} links`);
    same(wrong, [], 'what is wrong');
  }, 240);
  await check('the form, the slider, going back and the citation stay below it', async () => {
    await page.goto(`${site}/`);
    await page.focus('input[type=range]');
    await page.keyboard.press('PageDown');
    holds(page.url().startsWith(`${site}/?asOf=`), page.url());
    await page.goto(`${site}/`);
    await page.fill('#country', 'Latvia');
    await page.fill('#on', '2017-06-30');
    await page.click('text=Show its status');
    same(page.url(), `${site}/rdp/LV?asOf=2017-06-30`, 'address');
    const cited = (await page.textContent('.cite')).match(/https?:\S+/)[0];
    holds(cited.startsWith(`${site}/rdp/LV?`), cited);
    await page.goBack();
    same(page.url(), `${site}/`, 'address after going back');
  }, 60);
  await check('somebody signs in, previews and records below it', async () => {
    await page.goto(`${site}/record?agreement=rdp/RO&kind=intent_announced`);
    await page.fill('#token', server.recorder);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#day');
    same(page.url(), `${site}/record?agreement=rdp/RO&kind=intent_announced`, 'where signing in leads');
    const [cookie] = (await context.cookies()).filter(({ name }) => name === 'depositary_session');
    same(cookie.path, BELOW, 'the path of the cookie');
    await page.fill('#day', '2024-01-15');
    await page.fill('#summary', 'An agreement with Romania is wanted.');
    await page.fill('#title-0', 'A joint statement');
    await page.fill('#publisher-0', 'The ministry');
    await page.click('button[value=preview]');
    await page.click('button[value=record]');
    await page.waitForURL(/recorded=/);
    await page.click('text=The answer now');
    same(page.url(), `${site}/rdp/RO`, 'where it leads');
  }, 60);
  await check('feeds, calendar, pictures, data and answers to machines lead below it', async () => {
    const text = async (path, accept = '*/*') => (await fetch(site + path, { headers: { accept } })).text();
    const linked = [...(await text('/v1/feed.atom')).matchAll(/<link href="([^"]+)"/g)].map(([, link]) => link);
    const own = linked.filter((link) => link.startsWith('/') || new URL(link).host === new URL(site).host);
    same(own.filter((link) => !link.startsWith(`${site}/`) && !link.startsWith(`${BELOW}/`)), [], 'links of the feed');
    holds(own.filter((link) => link.startsWith(`${site}/rdp/`)).length > 5, 'no link to a page');
    const urls = [...(await text('/v1/deadlines.ics?from=2000-01-01')).matchAll(/^URL[^:]*:(.+)\r$/gm)].map(([, link]) => link);
    holds(urls.length > 0 && urls.every((link) => link.startsWith(`${site}/`)), urls.slice(0, 3).join(' '));
    holds((await text('/overview.svg')).includes(site), 'the picture does not say where it is from');
    const data = await fetch(`${site}/rdp/KR`, { headers: { accept: 'application/json' } });
    holds(data.url.startsWith(`${site}/v1/status/KR`) && data.ok, data.url);
    const next = (await fetch(`${site}/v1/log?first=5`)).headers.get('link');
    holds((await fetch(new URL(next.match(/<([^>]+)>/)[1], `${site}/v1/log`))).ok, next);
  }, 60);
  await context.close();
  await stop();
  server.stop();
}
