import { Injectable } from '@nestjs/common';
import { IsEmail, IsInt, Min } from 'class-validator';
import { describe, expect, it } from '@jest/globals';
import {
  AccessDeniedError,
  allow,
  block,
  Guardrail,
  GuardrailBlockedError,
  GuardrailSubject,
  Input,
  InputValidationError,
  Step,
  UnknownWorkflowError,
  Workflow,
} from 'nestjs-nestor';
import { stores } from './host.js';
import { sharedHost } from './shared-host.js';

class Invitation {
  @IsEmail() to!: string;
  @IsInt() @Min(1) seats!: number;
}

@Workflow()
class InviteWorkflow {
  static readonly input = Invitation;

  @Step() send(@Input() { to }: Invitation) {
    return to;
  }
}

@Workflow({ access: ['admin'] })
class AdminWorkflow {
  @Step() purge() {
    return 'purged';
  }
}

@Workflow()
class GuardedWorkflow {
  @Step() echo(@Input() text: string) {
    return text;
  }
}

@Injectable()
class Guards {
  @Guardrail({ at: 'run.input', workflows: ['guarded'] }) noSpells(subject: GuardrailSubject) {
    return String(subject.value).includes('abracadabra') ? block('a spell') : allow();
  }
}

describe.each(stores)('a start that is refused (%s)', (store) => {
  const shared = sharedHost(store, [InviteWorkflow, AdminWorkflow, GuardedWorkflow, Guards]);
  const failed = async (workflow: string) => {
    const { items } = await shared.t.orchestrator.find({ workflow, status: 'failed' });
    return items;
  };

  it('for its input says what is wrong where, and is on record as a failed run', async () => {
    const start = shared.t.start(InviteWorkflow, { to: 'nobody', seats: 0 });
    await expect(start).rejects.toBeInstanceOf(InputValidationError);
    await expect(start).rejects.toThrow(/The input of invite does not fit Invitation: \$\.to .*; \$\.seats /);
    const [run] = await failed('invite');
    expect(await shared.t.history(run?.id ?? '')).toEqual(['run.created', 'run.failed']);
    const result = await shared.t.orchestrator.handle(run?.id ?? '').result();
    expect(result).toMatchObject({ status: 'failed', error: { cause: { code: 'INPUT_VALIDATION' } } });
    expect(await shared.t.audit.verify(run?.id ?? '')).toMatchObject({ problems: [] });
  });

  it('for the caller names who lacks what', async () => {
    const eve = { id: 'eve', roles: ['guest'] };
    await expect(shared.t.start(AdminWorkflow, null, { principal: eve })).rejects.toBeInstanceOf(
      AccessDeniedError,
    );
    const [run] = await failed('admin');
    expect(run?.principal).toMatchObject({ id: 'eve' });
    expect((await shared.t.history(run?.id ?? '')).at(-1)).toBe('run.failed');
    const root = { id: 'root', roles: ['admin'] };
    expect(await shared.t.run(AdminWorkflow, null, { principal: root })).toMatchObject({ output: 'purged' });
  });

  it('by a guardrail tells which one and why; the verdict is on record', async () => {
    const start = shared.t.start(GuardedWorkflow, 'abracadabra');
    await expect(start).rejects.toBeInstanceOf(GuardrailBlockedError);
    await expect(start).rejects.toThrow('a spell');
    const [run] = await failed('guarded');
    expect(await shared.t.history(run?.id ?? '')).toEqual([
      'run.created',
      'guardrail.evaluated',
      'run.failed',
    ]);
  });

  it('does not use up its idempotency key', async () => {
    const idempotencyKey = 'invite ada';
    await expect(shared.t.start(InviteWorkflow, { to: 'ada', seats: 1 }, { idempotencyKey })).rejects.toThrow(
      '$.to',
    );
    const handle = await shared.t.start(
      InviteWorkflow,
      { to: 'ada@example.org', seats: 1 },
      { idempotencyKey },
    );
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'ada@example.org' });
  });

  it('one bad input among many starts none of them', async () => {
    const before = (await shared.t.orchestrator.find({ workflow: 'invite', status: 'completed' })).items
      .length;
    const inputs = [
      { to: 'a@example.org', seats: 1 },
      { to: 'b', seats: 1 },
    ];
    await expect(shared.t.orchestrator.startMany(InviteWorkflow, inputs)).rejects.toBeInstanceOf(
      InputValidationError,
    );
    expect(
      (await shared.t.orchestrator.find({ workflow: 'invite', status: 'completed' })).items,
    ).toHaveLength(before);
  });

  it('for a workflow that does not exist suggests the nearest name', async () => {
    await expect(shared.t.orchestrator.start('invit', {})).rejects.toBeInstanceOf(UnknownWorkflowError);
    await expect(shared.t.orchestrator.start('invit', {})).rejects.toThrow("'invite'");
  });
});
