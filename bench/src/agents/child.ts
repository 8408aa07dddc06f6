import { inspect } from 'node:util';
import { contenders, type ContenderId } from './index.js';
import { type AgentJob, perform } from './measure.js';

export interface AgentOrder {
  readonly contender: ContenderId;
  readonly url?: string | undefined;
  readonly job: AgentJob;
}

/** One library, one job: so that processor time is this library's alone. */
async function main({ contender: id, url, job }: AgentOrder): Promise<void> {
  const { create } = await contenders[id].load();
  const contender = create(url);
  await contender.open();
  const findings = await perform(contender, job);
  const parked = job.kind === 'park' ? await contender.park?.(job.turns) : undefined;
  await contender.close();
  process.send?.({ name: contender.name, findings, parked });
  // Some keep timers of their own after they were closed.
  setTimeout(() => process.exit(0), 100).unref();
  process.disconnect();
}

process.once('message', (order) => {
  // The parent is this very program.
  main(order as AgentOrder).catch((error: unknown) => {
    process.stderr.write(`${inspect(error)}\n`);
    process.exit(1);
  });
});
