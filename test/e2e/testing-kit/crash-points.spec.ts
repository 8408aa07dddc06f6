import { beforeEach, describe, expect, it } from '@jest/globals';
import { Agent, Tool } from 'nestjs-nestor';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';

const done: string[] = [];

class Query {
  readonly number!: string;
}

@Agent({ name: 'desk', instructions: 'You work.' })
class DeskAgent {
  @Tool({ description: 'Looks', effect: 'none' })
  async look({ number }: Query) {
    done.push(`look ${number}`);
    return number;
  }

  @Tool({ description: 'Sends', effect: 'irreversible' })
  async send({ number }: Query) {
    done.push(`send ${number}`);
    return number;
  }
}

const call = (name: string, number: string) => ({ toolCalls: [{ name, arguments: { number } }] });

describe.each(stores)('a crash in the middle of a loop (%s)', (store) => {
  const shared = sharedHost(store, [DeskAgent]);
  const replies = [call('look', '1'), call('send', '2'), 'Sent.'];

  beforeEach(() => {
    done.length = 0;
    shared.t.models.calls.length = 0;
    shared.t.models
      .on(DeskAgent)
      .reply(({ messages }) => replies[messages.filter(({ role }) => role === 'assistant').length] ?? '?');
  });

  it.each([
    ['before the answer of turn 2 is on record', 'append.before', { turn: 2 }, 4],
    ['behind the answer of turn 2', 'append.after', { turn: 2 }, 3],
    ['before the result of a tool', 'append.before', { tool: 'desk.look' }, 3],
    ['behind the result of a tool', 'append.after', { tool: 'desk.look' }, 3],
  ] as const)('is played %s', async (what, point, options, asked) => {
    const { t } = shared;
    const crashed = t.crashAt(point, options);
    const handle = await t.start(DeskAgent, `${what} ${store}`);
    await crashed;
    await t.recover();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'Sent.' });
    expect(t.models.calls).toHaveLength(asked);
    // A read may be made once more; what can't be repeated is not.
    expect(done.filter((each) => each !== 'look 1')).toEqual(['send 2']);
    expect(done.length).toBeLessThanOrEqual(3);
  });
});
