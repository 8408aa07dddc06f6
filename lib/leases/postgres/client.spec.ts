import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openClient } from './client.js';

/** A driver that notes what it is sent, and answers when the test says so. */
function recordedDriver() {
  const sent: string[] = [];
  const answers: { resolve(): void; reject(error: Error): void }[] = [];
  class Driver {
    query({ text }: { text: string }) {
      sent.push(text);
      return new Promise((resolve, reject) => {
        answers.push({ resolve: () => resolve({ rows: [{ text }] }), reject });
      });
    }
    on() {}
  }
  // Only what `openClient` reads of it.
  const dataSource = { driver: { master: { Client: Driver, options: {} } } } as unknown as DataSource;
  return { client: openClient(dataSource, () => undefined), sent, answers };
}

describe('a session of its own', () => {
  it('sends a statement when the one before has been answered', async () => {
    const { client, sent, answers } = recordedDriver();
    const first = client.query('first');
    const second = client.query('second');
    await setImmediate();
    expect(sent).toEqual(['first']);
    answers[0]?.resolve();
    await setImmediate();
    expect(sent).toEqual(['first', 'second']);
    answers[1]?.resolve();
    expect(await Promise.all([first, second])).toEqual([[{ text: 'first' }], [{ text: 'second' }]]);
  });

  it('sends the next one also when one has failed', async () => {
    const { client, sent, answers } = recordedDriver();
    const first = client.query('first');
    const second = client.query('second');
    await setImmediate();
    answers[0]?.reject(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await setImmediate();
    answers[1]?.resolve();
    expect(await second).toEqual([{ text: 'second' }]);
    expect(sent).toEqual(['first', 'second']);
  });
});
