import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  allow,
  Guardrail,
  type GuardrailSubject,
  HumanReview,
  Input,
  ModelService,
  Step,
  Tool,
  ToolService,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, type Store, stores } from '../host.js';
import { asker, lead } from './people.js';
import { recordsOf, story } from './records.js';

class OpenCase {
  readonly topic!: string;
}

/** Below the tool: a spy on the tool itself would replace the gate too. */
@Injectable()
class Ledger {
  readonly entries: string[] = [];
}

@Injectable()
class CaseDesk {
  constructor(private readonly ledger: Ledger) {}

  @Tool({ description: 'Opens a case', effect: 'irreversible', access: ['customer'] })
  @HumanReview({ roles: ['lead'] })
  async openCase(input: OpenCase) {
    this.ledger.entries.push(input.topic);
    return { number: this.ledger.entries.length };
  }

  /** A plain method that reaches the tool by `this`. */
  async openQuickly(topic: string) {
    return this.openCase({ topic });
  }
}

@Injectable()
class Reception {
  constructor(private readonly desk: CaseDesk) {}

  welcome(topic: string) {
    return this.desk.openCase({ topic });
  }
}

@Injectable()
class Watch {
  readonly seen: string[] = [];

  @Guardrail({ at: ['tool.call', 'tool.result'], tools: ['openCase'] })
  look({ at }: GuardrailSubject) {
    this.seen.push(at);
    return allow();
  }
}

/** Every way from a step to the tool. */
@Workflow()
class WaysWorkflow {
  constructor(
    private readonly desk: CaseDesk,
    private readonly reception: Reception,
    private readonly tools: ToolService,
    private readonly models: ModelService,
  ) {}

  @Step()
  async act(@Input() way: string) {
    const topic = way;
    switch (way) {
      case 'injected':
        return this.desk.openCase({ topic });
      case 'another service':
        return this.reception.welcome(topic);
      case 'this':
        return this.desk.openQuickly(topic);
      case 'a bound reference': {
        const bound = this.desk.openCase.bind(this.desk);
        return bound({ topic });
      }
      case 'the prototype':
        return CaseDesk.prototype.openCase.call(this.desk, { topic });
      case 'a timer':
        return new Promise((resolve, reject) =>
          setImmediate(() => void this.desk.openCase({ topic }).then(resolve, reject)),
        );
      case 'ToolService':
        return this.tools.call('openCase', { topic });
      default: {
        const { toolCalls } = await this.models.generate({ prompt: way, tools: [CaseDesk] });
        return JSON.parse(toolCalls[0]?.content ?? 'null');
      }
    }
  }
}

const ways = [
  'injected',
  'another service',
  'this',
  'a bound reference',
  'the prototype',
  'a timer',
  'ToolService',
  'chosen by the model',
];

describe.each(stores)('a tool, from inside a run (%s)', (store: Store) => {
  let host: Host;
  let ledger: Ledger;
  let watch: Watch;
  beforeAll(async () => {
    host = await openHost(store, [Ledger, CaseDesk, Reception, Watch, WaysWorkflow]);
    ledger = host.t.module.get(Ledger);
    watch = host.t.module.get(Watch);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    ledger.entries.length = 0;
    watch.seen.length = 0;
    host.t.models.reset();
    host.t.models
      .on('chosen by the model')
      .replyOnce({ toolCalls: [{ name: 'openCase', arguments: { topic: 'chosen by the model' } }] })
      .reply('Done.');
  });

  it.each(ways)('passes guardrails, a person, intent and outcome when reached by %s', async (way) => {
    const { t } = host;
    const first = await t.run(WaysWorkflow, way, { principal: asker });
    expect(first).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review', step: 'act' }] });
    expect(ledger.entries).toEqual([]);

    const done = await t.approve(first.runId, { by: lead });
    expect(done).toMatchObject({ status: 'completed', output: { number: 1 } });
    expect(ledger.entries).toEqual([way]);
    expect(watch.seen).toContain('tool.call');
    expect(watch.seen).toContain('tool.result');
    const calls = (await recordsOf(t, first.runId, 'call.intended', 'call.completed')).filter(
      ({ payload }) => payload.kind === 'tool',
    );
    expect(calls.map(({ type }) => type)).toEqual(['call.intended', 'call.completed']);
    expect(calls[1]).toMatchObject({
      actor: way === 'chosen by the model' ? { kind: 'model' } : { kind: 'code' },
      payload: { name: 'openCase', effect: 'irreversible', arguments: { topic: way }, result: { number: 1 } },
    });
    expect(await t.audit.verify(first.runId)).toMatchObject({ problems: [] });
  });

  it.each(ways)('is denied to a caller without the role, also by %s', async (way) => {
    const { t } = host;
    const result = await t.run(WaysWorkflow, way, { principal: { id: 'guest', roles: [] } });
    expect(ledger.entries).toEqual([]);
    expect(await recordsOf(t, result.runId, 'policy.denied')).toMatchObject([
      { payload: { rule: 'access', kind: 'tool', name: 'openCase' } },
    ]);
    expect(await story(t, result.runId)).not.toContain('call.intended openCase');
    if (way !== 'chosen by the model')
      expect(result).toMatchObject({ status: 'failed', error: { details: { code: 'ACCESS_DENIED' } } });
  });

  it('is the plain method outside a run', async () => {
    await expect(host.t.module.get(CaseDesk).openCase({ topic: 'plain' })).resolves.toEqual({ number: 1 });
    expect(ledger.entries).toEqual(['plain']);
    expect(watch.seen).toEqual([]);
  });
});
