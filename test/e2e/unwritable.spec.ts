import { beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Input, SignalPayload, Step, StepContext, Workflow } from 'nestjs-nestor';
import { sharedHost } from './shared-host.js';

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

@Workflow({ name: 'unwritable-transaction' })
class TransactionWorkflow {
  @Step({ transactional: true, retry: { attempts: 1 } }) async write(ctx: StepContext) {
    calls.push('write');
    await ctx.manager.query('INSERT INTO deferred_child VALUES (1, 4711)');
    return 'written';
  }
}

describe('a record that the database refuses', () => {
  const shared = sharedHost('database', [OutputWorkflow, CallWorkflow, SignalWorkflow, TransactionWorkflow]);
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
