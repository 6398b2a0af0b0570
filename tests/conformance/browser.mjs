// What the suites share that work in a real browser.
import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!executablePath) throw new Error('this needs a Chromium: apt-get install chromium');
export const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });

const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** A page of a new context, with everything that its console says. */
export async function open(options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const said = [];
  // A wrong address answers 404 or 400 on purpose, and the browser says so.
  page.on('console', (message) => message.text().includes('the server responded with a status of 4') || said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  return { context, page, said };
}

/** What lies beyond the right edge. */
export const beyond = () => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  const wide = [...document.querySelectorAll('body *')].filter((of) => of.getBoundingClientRect().right > edge + 1);
  return wide.filter((of) => !of.closest('.scroll, pre')).slice(0, 3).map((of) => `${of.tagName}.${of.className.baseVal ?? of.className}`);
};

/** What axe-core finds on a page. */
export async function finds(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((values) => globalThis.axe.run({ runOnly: { type: 'tag', values } }), LEVELS);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target }) => target).join(', ')}`);
}
