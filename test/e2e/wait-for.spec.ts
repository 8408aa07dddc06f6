import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { IsInt, IsString } from 'class-validator';
import { From, InputValidationError, RunFinishedError, SignalPayload, Step, Workflow } from 'nestjs-nestor';
import { Journal } from '../../lib/journal/index.js';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';
import { until } from './until.js';

class Payment {
  @IsString() reference!: string;
  @IsInt() cents!: number;

  euros(): string {
    return `${this.cents / 100} €`;
  }
}

let taken: string[] = [];

@Workflow()
class PaidWorkflow {
  @Step({ waitFor: { signal: 'paid', payload: Payment } }) receive(@SignalPayload() payment: Payment) {
    taken.push(payment.reference);
    return payment.euros();
  }
}

@Workflow({ result: 'late' })
class TwoWaitersWorkflow {
  /** Declared first, but begins to wait last. */
  @Step({ waitFor: 'ping', delay: '1h' }) late(@SignalPayload() payload: string) {
    taken.push(`late ${payload}`);
    return payload;
  }

  @Step({ waitFor: 'ping' }) early(@SignalPayload() payload: string) {
    taken.push(`early ${payload}`);
    return payload;
  }
}

@Workflow()
class InTurnWorkflow {
  @Step({ waitFor: 'word' }) first(@SignalPayload() word: string) {
    return word;
  }

  @Step({ waitFor: 'word', after: 'first' }) second(@SignalPayload() word: string) {
    return word;
  }

  @Step() sentence(@From('first') a: string, @From('second') b: string) {
    return `${a} ${b}`;
  }
}

@Workflow({ name: 'fails' })
class FailsWorkflow {
  @Step({ waitFor: { signal: 'answer', timeout: '2d' } }) wait(@SignalPayload() answer: string) {
    return answer;
  }
}

@Workflow()
class SkipsWorkflow {
  @Step({ waitFor: { signal: 'answer', timeout: '2d', onTimeout: 'skip' } }) wait(
    @SignalPayload() answer: string,
  ) {
    return answer;
  }

  @Step() beside() {
    return 'none came';
  }

  @Step() after(@From('wait') answer: string | undefined, @From('beside') otherwise: string) {
    return answer ?? otherwise;
  }
}

@Workflow()
class ContinuesWorkflow {
  @Step({ waitFor: { signal: 'answer', timeout: '2d', onTimeout: 'continue' } })
  wait(@SignalPayload() answer: string | undefined) {
    return answer ?? 'nobody answered';
  }
}

const workflows = [
  PaidWorkflow,
  TwoWaitersWorkflow,
  InTurnWorkflow,
  FailsWorkflow,
  SkipsWorkflow,
  ContinuesWorkflow,
];

describe.each(stores)('waitFor (%s)', (store) => {
  const shared = sharedHost(store, workflows);
  beforeEach(() => {
    taken = [];
  });

  it('waits without a worker, and hands the payload to the method as an instance of its class', async () => {
    const { runId, ...waiting } = await shared.t.run(PaidWorkflow, null);
    expect(waiting).toMatchObject({
      status: 'waiting',
      waitingFor: [{ for: 'signal', signal: 'paid', step: 'receive' }],
    });
    const handle = shared.t.orchestrator.handle(runId);
    await handle.signal('paid', { reference: 'R1', cents: 250 });
    expect(await handle.result()).toMatchObject({ status: 'completed', output: '2.5 €' });
    expect(await shared.t.history(runId)).toEqual([
      'run.created',
      'run.started',
      'step.waiting receive',
      'run.waiting',
      'run.resumed',
      'signal.received',
      'step.completed receive',
      'run.completed',
    ]);
  });

  it('refuses a payload that does not fit at the caller, and goes on waiting', async () => {
    const { runId } = await shared.t.run(PaidWorkflow, null);
    const handle = shared.t.orchestrator.handle(runId);
    const refusal = handle.signal('paid', { reference: 7, cents: 'much' });
    await expect(refusal).rejects.toBeInstanceOf(InputValidationError);
    await expect(refusal).rejects.toThrow(
      "the payload of signal 'paid' for paid does not fit Payment: $.reference",
    );
    expect(await handle.status()).toBe('waiting');
    expect(await shared.t.history(runId)).not.toContain('signal.received');
  });

  it('keeps a signal that comes before anybody waits for it', async () => {
    const handle = await shared.t.start(InTurnWorkflow, null);
    await handle.signal('word', 'good');
    await handle.signal('word', 'morning');
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'good morning' });
  });

  it('a signal that no step of the run waits for is refused, with the nearest name', async () => {
    const { runId } = await shared.t.run(InTurnWorkflow, null);
    const handle = shared.t.orchestrator.handle(runId);
    const before = await shared.t.history(runId);
    await expect(handle.signal('wrod', 1)).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringMatching(
        /waits for the signal 'wrod'\. Did you mean 'word'\? It waits for word\.$/,
      ),
    });
    for (const name of ['', 'constructor', 'w\0', 'x'.repeat(100_000), 5, {}, null])
      await expect(handle.signal(name as string)).rejects.toBeInstanceOf(InputValidationError);
    expect(await shared.t.history(runId)).toEqual(before);
    // The second one is early: its step has not begun to wait.
    await handle.signal('word', 'a');
    await handle.signal('word', 'b');
    expect(await handle.result()).toMatchObject({ status: 'completed' });
  });

  it('a signal that comes while another is being taken in is neither lost nor taken twice', async () => {
    const { runId } = await shared.t.run(InTurnWorkflow, null);
    const handle = shared.t.orchestrator.handle(runId);
    const journal = shared.t.module.get(Journal, { strict: false });
    const inbox = journal.inbox.bind(journal);
    const spy = jest.spyOn(journal, 'inbox').mockImplementationOnce(async (id) => {
      const messages = await inbox(id);
      await handle.signal('word', 1);
      return messages;
    });
    try {
      await handle.signal('word', 2);
      const received = async () =>
        (await shared.t.history(runId)).filter((line) => line === 'signal.received').length;
      await until(
        'both signals',
        async () => (await received()) >= 2 && (await handle.status()) === 'completed',
      );
      expect(await received()).toBe(2);
    } finally {
      spy.mockRestore();
    }
  });

  it('of two steps that wait for one name, the one that has waited longest takes it, also after a restart', async () => {
    const { runId } = await shared.t.run(TwoWaitersWorkflow, null);
    await shared.t.clock.advance('1h');
    const handle = shared.t.orchestrator.handle(runId);
    await handle.idle();
    await handle.signal('ping', 'one');
    expect(await handle.idle()).toMatchObject({ status: 'waiting' });
    expect(taken).toEqual(['early one']);
    await handle.signal('ping', 'two');
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'two' });
    expect(taken).toEqual(['early one', 'late two']);
  });

  it('each of fifty simultaneous signals is taken once', async () => {
    const handles = await shared.t.orchestrator.startMany(
      InTurnWorkflow,
      Array.from({ length: 25 }, () => null),
    );
    await Promise.all(handles.map((handle) => handle.idle()));
    await Promise.all(
      handles.flatMap((handle) => [handle.signal('word', 'left'), handle.signal('word', 'right')]),
    );
    const results = await Promise.all(handles.map((handle) => handle.result()));
    for (const result of results) {
      const words = result.status === 'completed' ? String(result.output).split(' ') : [];
      expect(words.toSorted()).toEqual(['left', 'right']);
    }
  });

  it('fails when nobody has signalled in time, and says what can be done', async () => {
    const { runId } = await shared.t.run(FailsWorkflow, null);
    await shared.t.clock.advance('47h');
    expect(await shared.t.orchestrator.handle(runId).status()).toBe('waiting');
    await shared.t.clock.advance('1h');
    const result = await shared.t.result(runId);
    expect(result).toMatchObject({ status: 'failed', error: { cause: { code: 'STEP_TIMEOUT' } } });
    expect('error' in result && result.error.message).toContain(
      "fails.wait waited for the signal 'answer' for longer than its timeout",
    );
  });

  it("is skipped by a time-out with onTimeout: 'skip'", async () => {
    const { runId } = await shared.t.run(SkipsWorkflow, null);
    await shared.t.clock.advance('2d');
    expect(await shared.t.result(runId)).toMatchObject({ status: 'completed', output: 'none came' });
    expect((await shared.t.history(runId)).slice(-5)).toEqual([
      'run.resumed',
      'timer.fired wait',
      'step.skipped wait',
      'step.completed after',
      'run.completed',
    ]);
  });

  it("runs without a payload after a time-out with onTimeout: 'continue'", async () => {
    const { runId } = await shared.t.run(ContinuesWorkflow, null);
    await shared.t.clock.advance('2d');
    expect(await shared.t.result(runId)).toMatchObject({ status: 'completed', output: 'nobody answered' });
  });

  it('a run that has ended takes no signals any more', async () => {
    const { runId } = await shared.t.run(FailsWorkflow, null);
    const handle = shared.t.orchestrator.handle(runId);
    await handle.signal('answer', 'yes');
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'yes' });
    await expect(handle.signal('answer', 'again')).rejects.toBeInstanceOf(RunFinishedError);
  });
});
