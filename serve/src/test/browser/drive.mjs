// Opens the page in Chromium and prints what it finds, a JSON document a line.
//
//   node drive.mjs URL CHROMIUM PROFILE PICTURES
//
// After {"ready"} it waits until a refused bind of port 9090 appears. PICTURES is a directory for screenshots.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [url, executablePath, profile, pictures] = process.argv.slice(2);
const print = (document) => process.stdout.write(JSON.stringify(document) + '\n');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PATIENCE = 60_000;

const context = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  viewport: { width: 1280, height: 900 },
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
const page = context.pages()[0] ?? await context.newPage();
page.setDefaultTimeout(PATIENCE);
const trouble = [];
page.on('dialog', (dialog) => { trouble.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
page.on('pageerror', (error) => trouble.push(`error: ${error}`));
page.on('console', (message) => { if (message.type() === 'error') trouble.push(`console: ${message.text()}`); });
page.on('request', (request) => { if (!request.url().startsWith(url)) trouble.push(`request: ${request.url()}`); });

try {
  await page.goto(url);
  await page.waitForSelector('#refused li');
  await page.waitForSelector('#now tr');
  print({ ready: true });
  const begun = Date.now();
  await page.waitForFunction(() => document.getElementById('refused').textContent.includes('9090'));
  print({ appeared: Date.now() - begun });

  await page.fill('#search-text', 'onerror');
  await page.press('#search-text', 'Enter');
  await page.waitForSelector('#found li');
  await page.fill('#port', '8080');
  await page.click('#port-form button');
  await page.waitForSelector('#chart canvas');
  await page.waitForSelector('#past li.refused');
  print({
    hostile: await page.evaluate(() => ({
      shown: document.getElementById('refused').textContent.includes('<img src=x onerror='),
      found: document.getElementById('found').textContent.includes('<img src=x onerror='),
      made: document.querySelectorAll('img, iframe, object, script:not([src])').length,
      ran: 'hostile' in window,
      hidden: /[\u0000-\u0008\u001b\u202e]/.test(document.body.textContent),
    })),
  });

  // As for a user who may not see the holder.
  await page.route('**/api/now', (route) => route.fulfill({ json: { rows: [{
    protocol: 'tcp', ports: [8080], addresses: ['0.0.0.0:8080'], reach: 'everyone', program: null, script: null, user: 'root',
    kept_by: null, left_over: false }] } }));
  await page.waitForFunction(() => document.getElementById('now').textContent.includes('(as recorded)'));
  print({ recorded: await page.textContent('#now') });

  for (const width of [1280, 390]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      await page.screenshot({ path: `${pictures}/${width}-${colorScheme}.png`, fullPage: true });
      print({
        width,
        colorScheme,
        wider: Math.max(0, wide),
        violations: violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ').slice(0, 500)}`),
      });
    }
  }
  print({ trouble });
} finally {
  await context.close();
}
