import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Input, SignalPayload, Step, StepContext, Workflow, WorkflowRegistry } from 'nestjs-nestor';
import { Definitions } from '../../lib/engine/worker/definitions.js';
import { Engine } from '../../lib/engine/index.js';
import { sharedHost } from './shared-host.js';
import { until } from './until.js';

const calls: string[] = [];

@Workflow({ name: 'unwritable-output', result: 'bad' })
class OutputWorkflow {
  @Step({ retry: { attempts: 3, initialDelay: 1 } }) bad(@Input() input: { readonly word: string }) {
    calls.push('bad');
    return input.word.toUpperCase();
  }
  @Step() other() {
    calls.push('other');
    return 'fine';
  }
}

@Workflow({ name: 'unwritable-call' })
class CallWorkflow {
  @Step({ retry: { attempts: 1 } }) bad(@Input() { word }: { readonly word: string }, ctx: StepContext) {
    return ctx.once('page', () => {
      calls.push('page');
      return word.toUpperCase();
    });
  }
}

@Workflow({ name: 'unwritable-signal' })
class SignalWorkflow {
  @Step({ waitFor: 'go' }) wait(@SignalPayload() value: unknown) {
    calls.push('wait');
    return value;
  }
}

@Workflow({ name: 'stubborn' })
class StubbornWorkflow {
  @Step({ waitFor: 'go' }) wait(@SignalPayload() value: unknown) {
    calls.push('wait');
    return value;
  }
}

@Workflow({ name: 'unwritable-transaction' })
class TransactionWorkflow {
  @Step({ transactional: true, retry: { attempts: 1 } }) async write(ctx: StepContext) {
    calls.push('write');
    await ctx.manager.query('INSERT INTO deferred_child VALUES (1, 4711)');
    return 'written';
  }
}

describe('a record that the database refuses', () => {
  const shared = sharedHost('database', [
    OutputWorkflow,
    CallWorkflow,
    SignalWorkflow,
    StubbornWorkflow,
    TransactionWorkflow,
  ]);
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  beforeEach(() => {
    calls.length = 0;
    warn.mockClear();
    error.mockClear();
  });
  beforeAll(async () => {
    const { dataSource } = shared.host.database!;
    await dataSource.query(
      `ALTER TABLE orchestration_audit_record ADD CONSTRAINT host_refuses CHECK (payload::text NOT LIKE '%FORBIDDEN%')`,
    );
    await dataSource.query(
      `ALTER TABLE orchestration_audit_record ADD CONSTRAINT host_refuses_an_end CHECK (payload::text NOT LIKE '%stubborn could not be written%')`,
    );
    await dataSource.query('CREATE TABLE deferred_parent (id int PRIMARY KEY)');
    await dataSource.query(
      'CREATE TABLE deferred_child (id int, parent int REFERENCES deferred_parent (id) DEFERRABLE INITIALLY DEFERRED)',
    );
  });

  const later = async (runId: string) => {
    for (let beat = 0; beat < 4; beat += 1) await shared.t.clock.advance('10s');
    return shared.t.orchestrator.handle(runId).status();
  };

  it('fails the step that it tells of, once, and performs no other step again', async () => {
    const { id } = await shared.t.start(OutputWorkflow, { word: 'forbidden' });
    expect(await later(id)).toBe('failed');
    expect(calls.toSorted()).toEqual(['bad', 'other']);
    expect(await shared.t.orchestrator.handle(id).result()).toMatchObject({
      error: { message: expect.stringMatching(/could not be put on record/) as unknown },
    });
    expect((await shared.t.audit.verify(id)).ok).toBe(true);
  });

  it('fails the step whose call it tells of, once', async () => {
    const { id } = await shared.t.start(CallWorkflow, { word: 'forbidden' });
    expect([await later(id), calls]).toEqual(['failed', ['page']]);
  });

  it('a signal that cannot be put on record ends its run: it is not read again without end', async () => {
    const { runId } = await shared.t.run(SignalWorkflow, undefined as never);
    await shared.t.orchestrator.handle(runId).signal('go', 'FORBIDDEN');
    expect([await later(runId), calls]).toEqual(['failed', []]);
    const inbox: unknown = await shared.host.database!.dataSource.query(
      'SELECT 1 FROM orchestration_inbox WHERE run_id = $1',
      [runId],
    );
    expect(inbox).toEqual([]);
  });

  it.each(['as it began', 'changed under it'] as const)(
    'a run whose message and whose end are refused fails by name once it was given back too often (its workflow is %s)',
    async (workflow) => {
      const { runId } = await shared.t.run(StubbornWorkflow, undefined as never);
      const forRun = jest.spyOn(Definitions.prototype, 'forRun');
      const definition = shared.t.module.get(WorkflowRegistry, { strict: false }).get('stubborn');
      if (workflow === 'changed under it')
        forRun.mockReturnValue({ definition, problem: { kind: 'pause', message: 'changed' } });
      await shared.t.orchestrator.handle(runId).signal('go', 'FORBIDDEN');
      const { worker } = shared.t.module.get(Engine, { strict: false });
      const handle = shared.t.orchestrator.handle(runId);
      for (let round = 0; round < 13; round += 1) {
        await until('it was let go of', () => worker.active === 0);
        if ((await handle.status()) === 'failed') break;
        const taken = forRun.mock.calls.length;
        await worker.heartbeat();
        await worker.sweep();
        await until('it was taken up', () => forRun.mock.calls.length > taken);
      }
      forRun.mockRestore();
      expect(await handle.status()).toBe('failed');
      const message = expect.stringContaining('without making progress') as unknown;
      expect(await handle.result()).toMatchObject({ error: { message } });
      expect(calls).toEqual([]);
      expect((await shared.t.audit.verify(runId)).ok).toBe(true);
    },
  );

  it('a transactional step whose rows are refused at the commit fails, once', async () => {
    const { id } = await shared.t.start(TransactionWorkflow, undefined as never);
    expect([await later(id), calls]).toEqual(['failed', ['write']]);
  });

  it('one line tells of each failed attempt and of each failed run', async () => {
    const { id } = await shared.t.start(TransactionWorkflow, undefined as never);
    expect(await later(id)).toBe('failed');
    expect(warn.mock.calls.flat()).toContainEqual(
      expect.stringMatching(new RegExp(`unwritable-transaction.write failed \\(run ${id}, attempt 1`)),
    );
    const lines = error.mock.calls.flat().filter((line) => String(line).includes(`Run ${id} of`));
    expect(lines).toContainEqual(expect.stringContaining('failed: '));
  });
});
