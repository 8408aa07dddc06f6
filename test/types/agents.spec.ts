import { describe, expect, it } from '@jest/globals';
import { compile } from './compile.js';

const head = `
  import { z } from 'zod';
  import { Tool } from '../../../lib/decorators/index.js';
  import { Agent, AgentService, any, costUsd, maxTurns, ModelService } from '../../../lib/index.js';
  class Ticket { shop!: string; question!: string; }
  class Resolution { text!: string; }
  class Tools { @Tool({ description: 'x' }) async find(query: { number: string }) { return query; } }
`;

/** An application with that many agents, each with everything inferred. */
function agents(count: number): string {
  return `${head}${Array.from(
    { length: count },
    (_, index) => `
    @Agent({
      description: 'Answers questions ${index}',
      instructions: (ticket, { turn }) => \`You work for \${ticket.shop}, turn \${turn.toFixed()}.\`,
      prompt: (ticket) => ticket.question,
      tools: () => [Tools, 'search'],
      stopWhen: any(maxTurns(12), costUsd(0.3)),
    })
    export class Agent${index} {
      static readonly input = Ticket;
      static readonly output = Resolution;
      @Tool({ description: 'x', effect: 'none' }) async own(query: { number: string }) { return query.number; }
    }
    export async function run${index}(agents: AgentService): Promise<string> {
      const { output } = await agents.run(Agent${index}, { shop: 'a', question: 'b' });
      return output.text;
    }`,
  ).join('\n')}`;
}

describe('the types of agents', () => {
  it('are inferred from `static input` and `static output` alone, within 100,000 instantiations for 100 of them', () => {
    const empty = compile({ 'agents.ts': head });
    const { errors, instantiations } = compile({ 'agents.ts': agents(100) });
    expect(errors).toEqual([]);
    expect(instantiations - empty.instantiations).toBeLessThan(100_000);
  });

  it('give the text of an agent without `static output`, and take any input without `static input`', () => {
    const body = `${head}
      @Agent({ instructions: 'x' }) class Plain {}
      @Agent({ instructions: 'x' }) class Data { static readonly output = z.object({ n: z.number() }); }
      export async function run(agents: AgentService): Promise<[string, number]> {
        const [text, data] = [await agents.run(Plain, 'hello'), await agents.run(Data, [{ role: 'user' }])];
        return [text.output.trim(), data.output.n];
      }`;
    expect(compile({ 'agents.ts': body }).errors).toEqual([]);
  });

  it.each([
    ['an option that is none', `@Agent({ instructions: 'x', maxTurn: 3 }) class A {}`, 'maxTurn'],
    ['no instructions', `@Agent({ description: 'x' }) class A {}`, 'instructions'],
    [
      'a field that the input has not',
      `@Agent({ instructions: (ticket) => ticket.shpo }) class A { static readonly input = Ticket; }`,
      "Property 'shpo' does not exist on type 'Ticket'",
    ],
    [
      'an input that does not fit',
      `@Agent({ instructions: 'x' }) class A { static readonly input = Ticket; }
       export const run = (agents: AgentService) => agents.run(A, { shop: 1 });`,
      "Type 'number' is not assignable to type 'string'",
    ],
    [
      'an output of another type',
      `@Agent({ instructions: 'x' }) class A { static readonly output = Resolution; }
       export const run = async (agents: AgentService): Promise<number> => (await agents.run(A, 'x')).output;`,
      "Type 'Resolution' is not assignable to type 'number'",
    ],
    [
      'a stop that is none',
      `@Agent({ instructions: 'x', stopWhen: 12 }) class A {}`,
      "Type 'number' is not assignable to type 'StopCondition'",
    ],
    ['a word that onStop has not', `@Agent({ instructions: 'x', onStop: 'stop' }) class A {}`, '"stop"'],
  ])('refuse %s, in words', (_, body, message) => {
    const { errors } = compile({ 'agents.ts': `${head}${body}` });
    expect(errors.join('\n')).toContain(message);
  });
});
