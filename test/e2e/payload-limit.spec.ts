import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { From, HumanReview, Input, SignalPayload, Step, Tool, Workflow } from 'nestjs-nestor';
import { type Host, openHost, stores } from './host.js';
import { lead } from './gate/people.js';

class Letter {
  readonly text!: string;
}

@Injectable()
class Copier {
  @Tool({ description: 'Gives back what it is given, so many times over' })
  async copy({ text }: Letter) {
    return text + text;
  }
}

@Workflow()
class LetterWorkflow {
  constructor(private readonly copier: Copier) {}

  @Step() copied(@Input() text: string) {
    return this.copier.copy({ text });
  }

  @Step({ waitFor: 'more', after: 'copied' }) more(@SignalPayload() text: string) {
    return text;
  }

  @Step()
  @HumanReview({ roles: ['lead'] })
  reviewed(@From('more') text: string) {
    return text;
  }
}

describe.each(stores)('a payloadLimit of its own (%s)', (store) => {
  const hosts: Host[] = [];
  let roomy: Host;
  let narrow: Host;
  beforeAll(async () => {
    const providers = [Copier, LetterWorkflow];
    roomy = await openHost(store, providers, { payloadLimit: 4_000_000 });
    narrow = await openHost(store, providers, { payloadLimit: 1_000 });
    hosts.push(roomy, narrow);
  }, 60_000);
  afterAll(() => Promise.all(hosts.map((host) => host.close())));

  it('lets larger values through wherever they come in', async () => {
    const large = 'x'.repeat(1_500_000);
    const { t } = roomy;
    const { id } = await t.start(LetterWorkflow, large);
    expect(await t.result(id)).toMatchObject({ waitingFor: [{ for: 'signal' }] });
    await t.orchestrator.handle(id).signal('more', large);
    expect(await t.result(id)).toMatchObject({ waitingFor: [{ for: 'review' }] });
    const edited = 'y'.repeat(3_900_000);
    expect(await t.edit(id, edited, { by: lead })).toMatchObject({ status: 'completed', output: edited });
    const verdict = await t.audit.verify(id);
    expect(verdict).toMatchObject({ ok: true });
  }, 60_000);

  it('holds for the result of a call, and names it', async () => {
    const { t } = narrow;
    const result = await t.run(LetterWorkflow, 'x'.repeat(600));
    expect(result).toMatchObject({ status: 'failed', error: { cause: { code: 'PAYLOAD' } } });
    expect('error' in result && result.error.message).toContain('the result of tool copy');
    expect('error' in result && result.error.message).toContain('1000 bytes');
  });

  it('holds for inputs, signals and decisions', async () => {
    const { t } = narrow;
    const tooLarge = 'x'.repeat(1_001);
    await expect(t.start(LetterWorkflow, tooLarge)).rejects.toMatchObject({ code: 'PAYLOAD' });
    const { id } = await t.start(LetterWorkflow, 'short');
    await t.result(id);
    const handle = t.orchestrator.handle(id);
    await expect(handle.signal('more', tooLarge)).rejects.toMatchObject({ code: 'PAYLOAD' });
    await handle.signal('more', 'short');
    await t.result(id);
    await expect(t.edit(id, tooLarge, { by: lead })).rejects.toMatchObject({ code: 'PAYLOAD' });
    expect(await t.approve(id, { by: lead })).toMatchObject({ status: 'completed', output: 'short' });
  });
});
