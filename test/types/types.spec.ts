import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workflowNameOf } from '../../lib/decorators/index.js';
import { compile } from './compile.js';
import { RefundWorkflow, SupportTicketWorkflow } from './fixtures/compiles.js';

const refused = readFileSync(join(import.meta.dirname, 'fixtures', 'refused.ts'), 'utf8');

const workflow = (body: string) => `
  import { allow, From, Guardrail, type GuardrailSubject, Input, Item, Previous, Step, Tool, Workflow } from '../../../lib/decorators/index.js';
  @Workflow()
  export class W {
    @Step() text(): string { return ''; }
    ${body}
  }`;

/** A chain of steps that all use options, parameters and conditions. */
function chain(length: number): string {
  const steps = Array.from({ length }, (_, index) =>
    index === 0
      ? `@Step() async step0(@Input() input: Dto): Promise<Output0> { return { step: 0, text: input.text }; }
         @Step() start(): number { return 1; }
         @Step() list(): string[] { return []; }`
      : index % 10 === 5
        ? `@Step({ forEach: 'list' }) async step${index}(@From('step${index - 1}') before: Output${index - 1}, @Item() text: string): Promise<Output${index}> {
             return { step: ${index}, text: before.text + text };
           }`
        : `@Step({ after: 'start', retry: { attempts: 2 }, when: ({ outputs }) => outputs.step${index - 1}?.step === ${index - 1} })
         async step${index}(@From('step${index - 1}') before: Output${index - 1}, @Input() input: Dto): Promise<Output${index}> {
           return { step: ${index}, text: before.text + input.text };
         }`,
  );
  const outputs = Array.from(
    { length },
    (_, index) => `export class Output${index} { step!: ${index}; text!: string; }`,
  );
  return `
    import { From, Input, Item, Step, Workflow } from '../../../lib/decorators/index.js';
    class Dto { text!: string; }
    ${outputs.join('\n')}
    @Workflow({ result: 'step${length - 1}' })
    export class Long { ${steps.join('\n')} }`;
}

describe('types', () => {
  it('let everything compile that the documentation shows', () => {
    expect(compile({ 'compiles.ts': undefined }).errors).toEqual([]);
  });

  it('cost nothing at run time: the same file runs as swc has compiled it', () => {
    expect([SupportTicketWorkflow, RefundWorkflow].map(workflowNameOf)).toEqual(['support-ticket', 'refund']);
  });

  it('refuse every mistake of the fixture, each in its own line', () => {
    expect(compile({ 'refused.ts': refused }).errors).toEqual([]);
    const unguarded = refused.replaceAll('// @ts-expect-error', '// expected');
    const mistakes = refused.split('// @ts-expect-error').length - 1;
    expect(mistakes).toBeGreaterThan(30);
    expect(compile({ 'refused.ts': unguarded }).errors.length).toBeGreaterThanOrEqual(mistakes);
  });

  it.each<[string, string, string]>([
    [
      'the fit of @From',
      `@Step() wrong(@From('text') value: number) { return value; }`,
      "the output of step 'text' does not fit parameter 0 of 'wrong'",
    ],
    [
      'the fit of @Previous',
      `@Step() wrong(@Input() _input: unknown, @Previous('text') value: string) { return value; }`,
      "the previous output of step 'text', undefined in the first iteration, does not fit parameter 1 of 'wrong'",
    ],
    [
      'the fit of @Item',
      `@Step() list(): number[] { return []; } @Step({ forEach: 'list' }) wrong(@Item() _text: string) {}`,
      "an element of 'list' fits no parameter of 'wrong'",
    ],
    [
      'elements of what is not a list',
      `@Step({ forEach: 'text' }) wrong(@Item() text: string) { return text; }`,
      "step 'text' does not give a list",
    ],
    ['a name', `@Step({ after: 'txet' }) wrong() { return 1; }`, `Type '"txet"' is not assignable to type`],
    [
      'a tool without promise',
      `@Tool({ description: 'x' }) add() { return 1; }`,
      "a @Tool method returns a promise: make 'add' async",
    ],
    [
      'a guardrail without verdict',
      `@Guardrail({ at: 'tool.call' }) check(_subject: GuardrailSubject) { return 1; }`,
      "'check' is not a guardrail: it takes a GuardrailSubject and returns a Verdict",
    ],
  ])('give an error that can be read: %s', (_what, body, text) => {
    const { errors } = compile({ 'one.ts': workflow(body) });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(text);
  });

  it('stay cheap: a workflow of 200 steps takes fewer than 80,000 instantiations', () => {
    const { errors, instantiations } = compile({ 'long.ts': chain(200) });
    expect(errors).toEqual([]);
    expect(instantiations).toBeGreaterThan(1_000);
    expect(instantiations).toBeLessThan(80_000);
  });
});
