import { afterEach, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { RunRecord, RunState } from '../../workflow/index.js';
import { logFailures } from './failure-log.js';

afterEach(() => {
  jest.restoreAllMocks();
});

const run = { runId: 'run-1', created: { workflow: 'order' } } as unknown as RunState;
const error = { name: 'Error', message: 'no stock' };

it.each([
  ['a step', {}, 'order.pack failed (run run-1, attempt 2, the last one): Error: no stock'],
  [
    'one of a list',
    { item: 0 },
    'order.pack failed (run run-1, attempt 2, item 0, the last one): Error: no stock',
  ],
])('a failed attempt is one line that says where: %s', (_what, place, line) => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const payload = { error, final: true, phase: 'main', duration: 1 };
  logFailures(run, [
    { type: 'step.failed', step: 'pack', attempt: 2, payload, ...place } as unknown as RunRecord,
  ]);
  expect(warn.mock.calls).toEqual([[line]]);
});
