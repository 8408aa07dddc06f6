import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  CurrentPrincipal,
  Input,
  type Principal,
  PrincipalResolver,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../e2e/host.js';

let sent: string[] = [];

class Mail {
  @Tool({ description: 'Sends a mail', effect: 'irreversible', access: ['clerk'] })
  async send(to: string): Promise<string> {
    sent.push(to);
    return `sent to ${to}`;
  }

  @Tool({ description: 'Reads a mail', effect: 'none' })
  async read(id: string): Promise<string> {
    return `mail ${id}`;
  }
}

@Workflow({ result: 'send' })
class MailWorkflow {
  constructor(private readonly mail: Mail) {}

  @Step({ waitFor: 'go' })
  async read(@Input() to: string): Promise<string> {
    return this.mail.read(to);
  }

  @Step({ after: 'read', retry: { attempts: 1 } })
  async send(@Input() to: string): Promise<string> {
    return this.mail.send(to);
  }
}

@Workflow()
class DirectWorkflow {
  constructor(private readonly mail: Mail) {}

  @Step({ retry: { attempts: 1 } })
  async send(@Input() to: string): Promise<string> {
    return this.mail.send(to);
  }
}

/** A directory of people, in the test's hands. */
class Directory extends PrincipalResolver {
  asked: string[] = [];
  answer: (principal: Principal) => Principal | undefined = (principal) => principal;

  async current(principal: Principal): Promise<Principal | undefined> {
    this.asked.push(principal.id);
    return this.answer(principal);
  }
}

const ana: Principal = { id: 'ana', roles: ['clerk'], tenant: 'acme' };

describe.each(stores)('the principals of runs as they are today (%s)', (store) => {
  let host: Host;
  let directory: Directory;
  let current: CurrentPrincipal;
  const asAna = <T>(work: () => Promise<T>) => current.run(ana, work);
  const result = (runId: string) => host.t.result(runId);
  const resume = (runId: string) =>
    host.t.asSystem(() => host.t.orchestrator.handle(runId).resume()).then(() => result(runId));

  beforeEach(async () => {
    Logger.overrideLogger(false);
    sent = [];
    directory = new Directory();
    host = await openHost(store, [Mail, MailWorkflow, DirectWorkflow], {
      principal: () => undefined,
      principals: directory,
    });
    current = host.t.module.get(CurrentPrincipal, { strict: false });
  });
  afterEach(() => host.close());

  async function waiting(): Promise<string> {
    return (await asAna(() => host.t.run(MailWorkflow, 'x@y'))).runId;
  }
  const go = (runId: string) =>
    asAna(() => host.t.orchestrator.handle(runId).signal('go')).then(() => result(runId));

  it('pauses a run that goes on when its principal is disabled, until somebody resumes it', async () => {
    const runId = await waiting();
    directory.answer = () => undefined;
    expect(await go(runId)).toMatchObject({
      status: 'paused',
      waitingFor: [{ for: 'resume', reason: "its principal 'ana' (roles: clerk) is disabled" }],
    });
    expect(await host.t.history(runId)).toContain('pause.requested');
    expect(await resume(runId)).toMatchObject({ status: 'paused' });
    directory.answer = (principal) => principal;
    await host.t.clock.advance('61s');
    expect(await resume(runId)).toMatchObject({ status: 'completed', output: 'sent to x@y' });
  });

  it('asks before something irreversible, and pauses there', async () => {
    directory.answer = () => undefined;
    const { runId, status } = await asAna(() => host.t.run(DirectWorkflow, 'x@y'));
    expect(status).toBe('paused');
    expect(sent).toEqual([]);
    expect(await host.t.history(runId)).toEqual([
      'run.created',
      'run.started',
      'policy.denied send',
      'pause.requested send',
      'step.waiting send',
      'run.paused',
    ]);
    directory.answer = (principal) => principal;
    await host.t.clock.advance('61s');
    expect(await resume(runId)).toMatchObject({ status: 'completed' });
    expect(sent).toEqual(['x@y']);
  });

  it('lets something irreversible be done by the roles of today', async () => {
    directory.answer = (principal) => ({ ...principal, roles: [], id: 'eve', tenant: 'other' });
    expect(await asAna(() => host.t.run(DirectWorkflow, 'x@y'))).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining("'ana' (roles: none)") },
    });
    expect(sent).toEqual([]);
  });

  it('asks once a minute for each', async () => {
    for (let turn = 0; turn < 3; turn++) await asAna(() => host.t.run(DirectWorkflow, 'x@y'));
    expect(directory.asked).toEqual(['ana']);
    await host.t.clock.advance('61s');
    await asAna(() => host.t.run(DirectWorkflow, 'x@y'));
    expect(directory.asked).toEqual(['ana', 'ana']);
  });

  it('does nothing irreversible where the resolver fails, and asks again the next time', async () => {
    directory.answer = () => {
      throw new Error('the directory is away');
    };
    expect(await asAna(() => host.t.run(DirectWorkflow, 'x@y'))).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('the directory is away') },
    });
    const runId = await waiting();
    directory.answer = (principal) => principal;
    expect(await go(runId)).toMatchObject({ status: 'completed' });
    expect(sent).toEqual(['x@y']);
  });

  it('asks nobody about the host itself', async () => {
    const run = await host.t.asSystem(() => host.t.orchestrator.run(MailWorkflow, 'x@y'));
    expect(run).toMatchObject({ status: 'waiting' });
    expect(directory.asked).toEqual([]);
  });
});
