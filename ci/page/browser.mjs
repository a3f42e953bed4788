// A headless Chromium, the people on the page, and what they do with mouse and keyboard.
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const patience = 20_000; // ms; only what fails takes that long

// launch opens the page in a browser of its own. Any error of the page's script, any request that leaves the page
// and anything its policy forbids is kept in complaints.
export async function launch(url) {
  const profile = mkdtempSync(join(tmpdir(), 'olbot-page-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    viewport: { width: 1600, height: 900 }, colorScheme: 'light', bypassCSP: false,
  });
  const page = context.pages()[0] ?? await context.newPage();
  page.setDefaultTimeout(patience);
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`script: ${error.stack}`));
  page.on('console', (m) => { if (m.type() === 'error') complaints.push(`console: ${m.text()}`); });
  page.on('request', (r) => { if (!r.url().startsWith(url) && !r.url().startsWith('data:')) complaints.push(`request to ${r.url()}`); });
  await page.goto(url);
  await page.getByText('olbot is running').waitFor();
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { page, complaints, close };
}

// barrierFree fails with what axe-core finds wrong, in light and in dark. within is a selector of what is new: axe-core takes
// seconds for a whole page with many messages.
export async function barrierFree(page, where, within = 'html') {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Evaluated from outside the page, which its policy allows and no script of the page could.
    const found = await page.evaluate(`${axe}; axe.run('${within}', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`);
    const told = found.violations.map((v) => `${v.id}: ${v.help}\n${v.nodes.map((n) => `  ${n.html}\n  ${n.failureSummary}`).join('\n')}`);
    if (told.length) throw new Error(`${where}, ${colorScheme}: axe-core finds\n${told.join('\n')}`);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
}

// putForward puts time forward, with the buttons at the top or those somewhere else, and waits until the page shows it.
export async function putForward(page, by, where = 'Put time forward') {
  const time = page.locator('.strip time');
  const before = await time.getAttribute('datetime');
  await page.getByLabel(where, { exact: true }).getByRole('button', { name: by }).click();
  await page.waitForFunction(([el, was]) => Date.parse(el.dateTime) - Date.parse(was) >= 300e3, [await time.elementHandle(), before]);
}

// tries chooses one of the things to try.
export async function tries(page, idea) {
  await page.getByText('Things to try').click();
  await page.locator('.ideas').getByRole('button', { name: idea }).filter({ has: page.locator('strong', { hasText: new RegExp(`^${idea}$`) }) }).click();
  await page.locator('.idea', { hasText: idea }).waitFor();
}

// goesTo presses a name in what is being tried, and holds that the keyboard is in that person's pane.
export async function goesTo(page, name) {
  await page.locator('.idea').getByRole('button', { name, exact: true }).click();
  await page.waitForFunction((first) => document.activeElement.closest('.pane')?.querySelector('h2').textContent.startsWith(first), name);
}

// A Person is somebody's pane.
export class Person {
  constructor(page, key, real) {
    this.page = page;
    this.key = key;
    this.real = real;
    this.pane = page.locator(`#pane-${key}`);
    this.line = this.pane.getByRole('combobox', { name: `Command from ${real}` });
    this.dialog = this.pane.getByRole('dialog');
  }

  // newest is the newest message with this text.
  newest(text) { return this.pane.locator('.message', { hasText: text }).last(); }

  async sees(text) { await this.newest(text).waitFor(); }

  async runs(command) {
    await this.line.fill(command);
    await this.line.press('Escape'); // no completion of the last word
    await this.line.press('Enter');
  }

  button(label) { return this.pane.getByRole('button', { name: label, exact: true }).last(); }

  // presses presses a button, and confirms if asked.
  async presses(label, confirm) {
    await this.button(label).click();
    if (confirm) await this.answers(confirm);
  }

  async answers(label) {
    await this.dialog.getByRole('button', { name: label, exact: true }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  async opens(tab) { await this.pane.getByRole('tab', { name: tab }).click(); }

  async isAway(away) {
    const presence = this.pane.getByRole('switch', { name: `${this.real} is away` });
    if ((await presence.getAttribute('aria-checked') === 'true') !== away) await presence.click();
    await this.pane.locator(`[role="switch"][aria-checked="${away}"]`).waitFor();
  }
}

// people are those with a pane, by key.
export function people(page) {
  const names = { joe: 'Joe Field', maria: 'Maria Silva', ana: 'Ana Lima', sam: 'Sam Marsh', lena: 'Lena Brandt' };
  return Object.fromEntries(Object.entries(names).map(([key, real]) => [key, new Person(page, key, real)]));
}
