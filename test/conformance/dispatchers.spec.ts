import { SystemClock } from '../../lib/clock/index.js';
import { bullmqDispatcher } from '../../lib/bullmq/index.js';
import { InProcessDispatcher, type RunDispatcher } from '../../lib/dispatch/index.js';
import { describeDispatcher, type DispatcherWorld } from './dispatcher-suite.js';
import { describeOnRedis, openTestRedis } from './redis.js';

const inProcess = () => new InProcessDispatcher(new SystemClock());

/** Closes all that it has opened. */
function worldOf(open: () => RunDispatcher, after: () => Promise<void> = async () => {}): DispatcherWorld {
  const opened: RunDispatcher[] = [];
  return {
    dispatcher: () => {
      const dispatcher = open();
      opened.push(dispatcher);
      return dispatcher;
    },
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
    return worldOf(() => make(inProcess()), redis.close);
  });
});
