import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { expectEqual } from '../report.mjs';
import { HostProcess, until } from './host-process.mjs';

const refund = { order: 'A-1', cents: 2500, reason: 'broken' };

/**
 * Runs a refund in a compiled host: a model assesses it, the process is killed with -9 in the middle of the next step,
 * another process goes on, a lead approves, and the money is paid once.
 */
export async function playRefund(node, host, databaseUrl) {
  const folder = join(host, 'state');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const [notes, hold] = ['notes', 'hold'].map((name) => join(folder, name));
  const models = new LLMock({ port: 0, logLevel: 'silent' });
  models.onMessage('Is this justified? broken', { content: 'justified' });
  await models.start();
  const env = {
    NOTES: notes,
    HOLD: hold,
    MODELS_URL: `${models.url}/v1`,
    DATA_DIRECTORY: join(folder, 'data'),
    DATABASE_URL: databaseUrl ?? '',
    NO_COLOR: '1',
  };
  const noted = (what) =>
    existsSync(notes)
      ? readFileSync(notes, 'utf8')
          .split('\n')
          .filter((line) => line === what).length
      : 0;
  const hosts = [];
  const boot = async () => {
    const process = new HostProcess(node, host, env);
    hosts.push(process);
    await process.listening();
    return process;
  };
  try {
    writeFileSync(hold, '');
    const first = await boot();
    expectEqual('a start by nobody', (await first.ask('POST', '/refunds', { body: refund })).status, 403);
    expectEqual(
      'a wrong body',
      (await first.ask('POST', '/refunds', { body: { order: 1 }, user: 'ada' })).status,
      400,
    );
    const started = await first.ask('POST', '/refunds', { body: refund, user: 'ada' });
    expectEqual('the status of a start', started.status, 201);
    await until('the run reserves', () => noted('reserving') === 1);
    await first.kill();
    rmSync(hold);

    const second = await boot();
    const { id } = started.body;
    const waiting = (await second.ask('GET', `/refunds/${id}`, { user: 'ada' })).body;
    expectEqual('the run after the kill', waiting.status, 'waiting');
    const review = `/reviews/${waiting.waitingFor[0].reviewId}/approve`;
    expectEqual(
      'an approval by anybody',
      (await second.ask('POST', review, { user: 'eve/guest' })).status,
      403,
    );
    expectEqual(
      'an approval by a lead',
      (await second.ask('POST', review, { user: 'lena/lead' })).status,
      201,
    );
    const ended = (await second.ask('GET', `/refunds/${id}`, { user: 'ada' })).body;
    expectEqual('the output', ended.output, 'paid 2500 for A-1: justified of ada');
    expectEqual(
      'the chain of records',
      (await second.ask('GET', `/refunds/${id}/audit`, { user: 'ada' })).body,
      { ok: true },
    );
    expectEqual('payments', noted('paid'), 1);
    expectEqual('begun reservations', noted('reserving'), 2);
    expectEqual('requests to the model', models.getRequests().length, 1);
    await second.end();
    expectEqual('what the host said', second.said.replace(/^listening .*\n/, ''), '');
  } finally {
    for (const each of hosts) await each.kill();
    await models.stop();
  }
}
