import { describe, expect, it } from '@jest/globals';
import { allow, type GuardrailDefinition } from '../../decorators/index.js';
import type { Found } from '../found.js';
import { draftOf, Step, Workflow } from './draft-of.fixture.js';
import { checkGuardrails } from './guardrails.js';

@Workflow({ name: 'ticket' })
class TicketWorkflow {
  @Step() draft() {}
}

function problemsOf(
  changes: Partial<GuardrailDefinition>,
  tools: readonly string[] = ['open'],
): readonly string[] {
  const definition: GuardrailDefinition = {
    name: 'g',
    at: ['step.output'],
    order: 0,
    mode: 'enforce',
    onError: 'block',
    timeout: 1,
    evaluate: () => allow(),
    ...changes,
  };
  const workflows = [draftOf(TicketWorkflow)] as unknown as Found['workflows'];
  const found = tools.map((name) => ({ definition: { name } })) as unknown as Found['tools'];
  return checkGuardrails({
    workflows,
    tools: found,
    guardrails: [{ definition, where: 'S.g', asksModels: false }],
    misplaced: [],
  });
}

describe('checkGuardrails', () => {
  it('accepts guardrails that can fire', () => {
    expect(problemsOf({})).toEqual([]);
    expect(
      problemsOf({ at: ['tool.call'], tools: ['open'], workflows: ['ticket'], steps: ['draft'] }),
    ).toEqual([]);
    expect(problemsOf({ at: ['run.input', 'handoff'] }, [])).toEqual([]);
  });

  it('suggests the nearest name for one that is none', () => {
    expect(problemsOf({ workflows: ['tickte'], steps: ['drafd'] })).toEqual([
      "S.g: workflows names 'tickte', but there is no such workflow. Did you mean 'ticket'?",
      "S.g: steps names 'drafd', but there is no such step. Did you mean 'draft'?",
    ]);
    expect(problemsOf({ at: ['tool.call'], tools: ['opne'] })).toEqual([
      "S.g: tools names 'opne', but there is no such tool. Did you mean 'open'?",
    ]);
    expect(problemsOf({ agents: ['helper'] })).toEqual([
      "S.g: agents names 'helper', but there is no such agent.",
    ]);
  });

  it.each<[string, Partial<GuardrailDefinition>, readonly string[]]>([
    ['at is empty', { at: [] }, []],
    ['steps is empty', { steps: [] }, []],
    ["Add 'tool.call'", { tools: ['open'] }, ['open']],
    ['no provider has a @Tool', { at: ['tool.call', 'tool.result'] }, []],
    ['outside of steps', { at: ['run.input', 'run.output'], steps: ['draft'] }, []],
  ])('refuses one that applies to nothing: %s', (text, changes, tools) => {
    expect(problemsOf(changes, tools)).toEqual([expect.stringMatching(/^S\.g applies to nothing/)]);
    expect(problemsOf(changes, tools)[0]).toContain(text);
  });
});
