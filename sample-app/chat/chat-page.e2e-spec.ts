import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, openBrowser } from '../../test/browser/chromium.js';
import { approveAsLead, openSampleServer, type SampleServer } from './sample-server.fixture.js';

describeInBrowser('the chat page', () => {
  let server: SampleServer;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    server = await openSampleServer();
    browser = await openBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  beforeEach(async () => {
    problems.length = 0;
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      // An unknown chat is one without messages; the browser tells of its 404.
      if (message.type() === 'error' && !message.text().includes('404')) problems.push(message.text());
    });
    await page.goto(`${server.url}/chat-page`);
  });

  const articles = () => page.getByRole('log', { name: 'Conversation' }).getByRole('article');
  const say = async (text: string) => {
    await page.getByLabel('Your message').fill(text);
    await page.keyboard.press('Enter');
  };
  const shows = (text: string | RegExp) => articles().filter({ hasText: text }).last().waitFor();
  /** For people who want to look: into the folder that `SCREENSHOTS` names. */
  const screenshot = async (name: string) => {
    const folder = process.env['SCREENSHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };
  /** Presses Tab until that has the focus. */
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate('document.activeElement?.textContent');
      if (focused === name) return;
    }
    throw new Error(`the keyboard does not reach '${name}'`);
  };

  it('is used by keyboard alone: to write, to confirm, to read', async () => {
    await page.keyboard.press('Tab');
    await page.getByLabel('Your message').focus();
    await page.keyboard.type('My sensor MB-76804 came back to you, where is my refund?');
    await page.keyboard.press('Enter');
    const question = page.getByRole('group', { name: 'Pay 89 EUR for MB-76804 back to the way you paid?' });
    await question.waitFor();
    await screenshot('confirmation');
    await page.getByText('Support is writing …').waitFor({ state: 'hidden' });
    await tabTo('Yes, pay it back');
    await page.keyboard.press('Enter');
    await shows('Done: 89.00 EUR for Soil sensor (MB-76804) are on their way to you.');
    expect(await question.count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('has a name for everything that can be used, and says what changes', async () => {
    for (const name of ['New chat', 'Send', 'Stop', 'Answer again'])
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(1);
    for (const name of ['Your token', 'Your message'])
      expect(await page.getByRole('textbox', { name }).count()).toBe(1);
    await say('Hello!');
    await shows('Hello, this is Mossbell');
    expect(await page.getByRole('article', { name: 'You' }).count()).toBe(1);
    expect(await page.getByRole('article', { name: 'Support' }).count()).toBe(1);
    expect(await page.getByRole('log').getAttribute('aria-live')).toBe('polite');
    expect(problems).toEqual([]);
  });

  it('shows the same after a reload, with the confirmation that is open', async () => {
    await say('Hello!');
    await shows('Hello, this is Mossbell');
    await say('I want my money back for MB-77410');
    await page.getByRole('group').waitFor();
    await page.getByText('Support is writing …').waitFor({ state: 'hidden' });
    const before = await articles().allInnerTexts();
    await page.reload();
    await page.getByRole('group').waitFor();
    await page.getByText('Support is writing …').waitFor({ state: 'hidden' });
    expect(await articles().allInnerTexts()).toEqual(before);
    expect(problems).toEqual([]);
  });

  it('tells for whom it waits, and reads on after a reload while it waits', async () => {
    await say('Please refund MB-75933');
    await shows('waiting for support-lead');
    await page.reload();
    await shows('waiting for support-lead');
    await approveAsLead(server.url);
    await shows(/are on their way to you/);
    expect(problems).toEqual([]);
  });

  it('stops what waits, also after a reload', async () => {
    await say('Please refund MB-77455');
    await shows('waiting for support-lead');
    await page.reload();
    await shows('waiting for support-lead');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Support is writing …').waitFor({ state: 'hidden' });
    await say('Hello!');
    await shows('Hello, this is Mossbell');
    expect(problems).toEqual([]);
  });

  it('lets the browser tell of itself, and answers again', async () => {
    await say('The dashboard shows an error in my browser');
    await shows(/You use .*Chrome/);
    await page.getByRole('button', { name: 'Answer again' }).click();
    await page.getByText('Support is writing …').waitFor();
    await page.getByText('Support is writing …').waitFor({ state: 'hidden' });
    await shows(/You use .*Chrome/);
    expect(await articles().count()).toBe(2);
    expect(problems).toEqual([]);
  });

  it('shows what three specialists have found', async () => {
    await say('Compare returning a sensor with repairing it when it is offline, for MB-77301');
    await shows('This is what we have found:');
    for (const who of ['Devices:', 'Orders:', 'Rules:']) await shows(who);
    await screenshot('research');
  });
});
