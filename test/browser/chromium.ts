import { describe } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';

/** Path of a Chromium; without it what needs one is left out and named at the end, as `describeOnServer` says. */
const path = process.env['CHROMIUM'];
export const describeInBrowser: typeof describe.skip = path === undefined ? describe.skip : describe;

export function openBrowser(): Promise<Browser> {
  if (path === undefined) throw new Error('CHROMIUM names no browser');
  // Tests run as root in containers, where the sandbox can't start.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
