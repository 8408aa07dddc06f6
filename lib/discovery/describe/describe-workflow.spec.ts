import { describe, expect, it } from '@jest/globals';
import { allow, type GuardrailDefinition, type ToolDefinition } from '../../decorators/index.js';
import { draftOf, From, HumanReview, Step, Workflow } from '../checks/draft-of.fixture.js';
import { describeWorkflow } from './describe-workflow.js';
import { toMermaid } from './mermaid.js';

@Workflow()
class Child {
  @Step() a() {}
}

@Workflow({ description: 'Answers tickets', result: 'send' })
class TicketWorkflow {
  @Step({ title: 'Say "what" it <is>', routes: ['refund', 'draft'] }) classify() {}
  @Step({ delegate: Child }) refund() {}
  @Step({ when: () => true, repeat: { from: 'draft', while: () => false, max: 2 } })
  @HumanReview({ when: () => true, roles: ['lead'], onReject: { repeat: 'classify', max: 1 } })
  draft(@From('classify') _c: unknown) {}
  @Step({ waitFor: 'paid', join: 'any', after: ['refund', 'draft'], cancels: 'draft', forEach: 'refund' })
  send() {}
}

const { definition } = draftOf(TicketWorkflow);

function guardrail(name: string, changes: Partial<GuardrailDefinition>): GuardrailDefinition {
  const base = { at: ['step.output'], order: 0, mode: 'enforce', onError: 'block', timeout: 1 } as const;
  return { name, ...base, evaluate: () => allow(), ...changes };
}

const tool = {
  name: 'open',
  description: 'Opens',
  effect: 'irreversible',
  where: 'Cases.open',
} as ToolDefinition;

describe('describeWorkflow', () => {
  const description = describeWorkflow(
    definition,
    [tool],
    [
      guardrail('late', { order: 5, steps: ['draft'] }),
      guardrail('elsewhere', { workflows: ['other'] }),
      guardrail('at the door', { at: ['run.input'], workflows: ['ticket'] }),
    ],
    true,
  );

  it('tells steps, what bends their flow, and who decides in them', () => {
    expect(description.steps.map(({ name, control, decidedBy }) => [name, control, decidedBy])).toEqual([
      ['classify', ['routes'], ['code', 'model']],
      ['refund', ['delegate'], ['code', 'model']],
      ['draft', ['when', 'repeat'], ['code', 'model', 'person']],
      ['send', ['join', 'forEach', 'waitFor'], ['code', 'model']],
    ]);
    expect(description.decidedBy).toEqual(['code', 'model', 'person']);
  });

  it('leaves out the model where none is in reach, and the person where nobody reviews', () => {
    expect(describeWorkflow(draftOf(Child).definition, [], [], false).decidedBy).toEqual(['code']);
  });

  it('tells every edge and its kind', () => {
    expect(description.edges.map(({ from, to, kind }) => `${from} ${kind} ${to}`)).toEqual([
      'classify route refund',
      'classify route draft',
      'classify data draft',
      'draft repeat draft',
      'draft rejection classify',
      'refund list send',
      'draft order send',
      'send cancels draft',
    ]);
  });

  it('tells guardrails in their order, at the steps where they are, and not those of other workflows', () => {
    expect(description.guardrails.map(({ name }) => name)).toEqual(['at the door', 'late']);
    expect(description.steps.map(({ guardrails }) => guardrails)).toEqual([[], [], ['late'], []]);
  });

  it('tells reviews and tools, and is plain data', () => {
    expect(description.reviews).toEqual([
      { of: 'step draft', at: 'output', conditional: true, roles: ['lead'], users: [], quorum: 1 },
    ]);
    expect(description.tools).toEqual([tool]);
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });
});

describe('toMermaid', () => {
  it('draws steps by their kind, one arrow a pair, and escapes what Mermaid would read', () => {
    expect(toMermaid(definition).split('\n')).toEqual([
      'flowchart TD',
      '  s0{"Say #34;what#34; it #60;is#62;"}',
      '  s1[["refund · runs child"]]',
      '  s2{{"draft · if · a person reviews"}}',
      '  s3(["send · waits for paid · first of several"])',
      '  s0 -->|may choose| s1',
      '  s0 -->|may choose| s2',
      '  s2 -.->|again| s2',
      '  s2 -.->|rejected| s0',
      '  s1 -->|each| s3',
      '  s2 -.-> s3',
      '  s3 -.-x|cancels| s2',
      '  s3 --> result((result))',
      '',
    ]);
  });
});
