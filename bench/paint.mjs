// Opens the page of inuse-serve in Chromium, each time in a context of its own, and prints the median times in milliseconds from
// the beginning of the navigation to the first paint with content, and to the first refused bind.
//
//   node paint.mjs URL CHROMIUM TIMES
import { chromium } from 'playwright-core';

const [url, executablePath, times] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
const paints = [];
const rows = [];
// The first one warms the browser up.
for (let i = 0; i <= Number(times); i++) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    new MutationObserver((changes, observer) => {
      if (document.querySelector('#refused li')) {
        window.rowsAt = performance.now();
        observer.disconnect();
      }
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(url);
  await page.waitForFunction(() => window.rowsAt && performance.getEntriesByName('first-contentful-paint').length > 0);
  const seen = await page.evaluate(() => ({
    paint: performance.getEntriesByType('paint').find((one) => one.name === 'first-contentful-paint').startTime,
    rows: window.rowsAt,
  }));
  if (i > 0) {
    paints.push(seen.paint);
    rows.push(seen.rows);
  }
  await context.close();
}
await browser.close();
const median = (all) => Math.round(all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)]);
console.log(`${median(paints)} ${median(rows)}`);
