import { SystemClock } from '../../lib/clock/index.js';
import { bullmqDispatcher } from '../../lib/bullmq/index.js';
import { InProcessDispatcher, type RunDispatcher } from '../../lib/dispatch/index.js';
import { until } from '../e2e/until.js';
import { describeDispatcher, type DispatcherWorld } from './dispatcher-suite.js';
import { describeOnRedis, openTestRedis } from './redis.js';

const inProcess = () => new InProcessDispatcher(new SystemClock());

/** Closes all that it has opened. */
function worldOf(
  open: () => RunDispatcher,
  waiting: DispatcherWorld['waiting'] = async () => {},
  after: () => Promise<void> = async () => {},
): DispatcherWorld {
  const opened: RunDispatcher[] = [];
  return {
    dispatcher: () => {
      const dispatcher = open();
      opened.push(dispatcher);
      return dispatcher;
    },
    waiting,
    close: async () => {
      await Promise.all(opened.map((dispatcher) => dispatcher.close(100)));
      await after();
    },
  };
}

describeDispatcher('in this process', async () => worldOf(inProcess));

describeOnRedis('on Redis', () => {
  describeDispatcher('BullMQ', async () => {
    const redis = openTestRedis();
    const make = bullmqDispatcher({ connection: redis.connection, prefix: redis.prefix });
    const waiting = (runIds: readonly string[]) =>
      until(`${runIds.join(', ')} in Redis`, async () => {
        const keys = await redis.keys();
        const there = runIds.filter((runId) => keys.some((key) => key.includes(`:${runId}-`)));
        // One may have been taken from there, and waits in the process.
        return there.length >= runIds.length - 1;
      });
    return worldOf(() => make(inProcess()), waiting, redis.close);
  });
});
