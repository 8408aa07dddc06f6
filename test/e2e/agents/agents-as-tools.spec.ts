import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  Agent,
  AgentService,
  allow,
  block,
  Guardrail,
  type GuardrailSubject,
  HumanReview,
  Input,
  maxTurns,
  Orchestrator,
  reject,
  Step,
  tokens,
  Tool,
  ToolService,
  Workflow,
} from 'nestjs-nestor';
import { lead } from '../gate/people.js';
import { stores } from '../host.js';
import { sharedHost } from '../shared-host.js';

const done: string[] = [];

class Query {
  readonly number!: string;
}

@Agent({ description: 'Looks things up', instructions: 'You look things up.', stopWhen: maxTurns(4) })
class ResearchAgent {
  static readonly input = z.object({ topic: z.string().max(20) });
  static readonly output = z.object({ found: z.string() });

  @Tool({ description: 'Reads', effect: 'none' })
  async read({ number }: Query) {
    done.push(`read ${number}`);
    return `page ${number}`;
  }

  @Tool({ description: 'Orders a copy', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async order({ number }: Query) {
    done.push(`order ${number}`);
    return `ordered ${number}`;
  }
}

@Agent({
  description: 'Never comes to an end',
  instructions: 'You go on.',
  stopWhen: maxTurns(2),
  onStop: 'fail',
})
class EndlessAgent {
  @Tool({ description: 'Does a little', effect: 'none' })
  async little() {
    return 'a little';
  }
}

@Injectable()
class Recursion {
  constructor(
    private readonly agents: AgentService,
    tools: ToolService,
  ) {
    outside.tools = tools;
  }

  /** A tool whose code runs an agent that has this tool: boot does not see that circle. */
  @Tool({ description: 'Asks below', effect: 'idempotent' })
  async below({ number }: Query): Promise<string> {
    return (await this.agents.run(DeepAgent, `deep ${number}`)).output;
  }
}

@Injectable()
class Mailroom {
  constructor(private readonly orchestrator: Orchestrator) {}

  /** Sets another run in motion, which this process takes up at once. */
  @Tool({ description: 'Starts another run', effect: 'idempotent' })
  async startAnother(): Promise<string> {
    return (await this.orchestrator.start(PaperWorkflow, 'another run')).id;
  }
}

@Agent({
  instructions: 'You start others.',
  tools: () => [Mailroom],
  maxDepth: 1,
  stopWhen: tokens(40_000),
  maxTokens: 300,
})
class StartingAgent {}

@Agent({ instructions: 'You ask below.', tools: () => [Recursion], maxDepth: 3 })
class DeepAgent {}

@Agent({ description: 'Writes', instructions: 'You write.', tools: () => [ResearchAgent, 'endless'] })
class WriterAgent {}

@Injectable()
class Rules {
  @Guardrail({ at: ['tool.call'], tools: ['research'] })
  topics({ value }: GuardrailSubject) {
    const { topic } = value as { topic: string };
    return topic === 'secrets' ? reject('nothing about secrets') : topic === 'crime' ? block('no') : allow();
  }

  @Guardrail({ at: ['tool.result'], tools: ['research'] })
  given({ value }: GuardrailSubject) {
    results.push(value);
    return allow();
  }

  @Guardrail({ at: ['model.request'], agents: ['research'] })
  onlyResearch() {
    asked.push('research');
    return allow();
  }
}
const asked: string[] = [];
const results: unknown[] = [];
const outside: { tools?: ToolService } = {};

@Workflow()
class PaperWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step({ retry: { attempts: 2, initialDelay: 1 } })
  async write(@Input() topic: string) {
    const { output, usage, turns, toolCalls } = await this.agents.run(WriterAgent, topic);
    return { output, calls: usage.calls, turns, toolCalls };
  }
}

const call = (name: string, args: object) => ({ toolCalls: [{ name, arguments: args }] });

describe.each(stores)('an agent that is a tool (%s)', (store) => {
  const shared = sharedHost(store, [
    ResearchAgent,
    EndlessAgent,
    Recursion,
    DeepAgent,
    WriterAgent,
    PaperWorkflow,
    Mailroom,
    StartingAgent,
    Rules,
  ]);
  beforeEach(() => {
    done.length = 0;
    asked.length = 0;
    results.length = 0;
    shared.t.models.calls.length = 0;
  });

  it('is offered with its input, is one call, and gives its output; what it uses counts for the one that called it', async () => {
    const { t } = shared;
    t.models
      .on(WriterAgent)
      .replyOnce(call('research', { topic: 'moon' }))
      .replyOnce('The moon is far.');
    t.models
      .on(ResearchAgent)
      .replyOnce(call('read', { number: '1' }))
      .replyOnce({ found: 'far' });
    const result = await t.run(PaperWorkflow, `is one call ${store}`);
    expect(result).toMatchObject({
      status: 'completed',
      output: { output: 'The moon is far.', calls: 4, turns: 2, toolCalls: 1 },
    });
    expect(t.models.calls[0]?.tools?.map(({ name }) => name)).toEqual(['research', 'endless']);
    expect(t.models.calls[0]?.tools?.[0]).toMatchObject({
      description: 'Looks things up',
      input: { properties: { topic: { type: 'string' } } },
    });
    expect(t.models.calls[0]?.tools?.[1]).toMatchObject({
      input: { properties: { task: { type: 'string' } }, required: ['task'] },
    });
    expect(t.models.calls[1]?.messages.at(-1)).toMatchObject({ content: '{"topic":"moon"}' });
    expect(t.models.calls[3]?.messages.at(-1)).toMatchObject({ role: 'tool', content: '{"found":"far"}' });
    const { items } = await t.audit.find({ runId: result.runId, type: 'call.completed' });
    const made = items.map(
      ({ payload }) => payload as { kind: string; name: string; key: string; within?: string },
    );
    expect(made.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'model scripted/default',
      'model scripted/default',
      'tool research.read',
      'model scripted/default',
      'agent research',
      'model scripted/default',
      'agent writer',
    ]);
    expect(made[2]?.within).toBe(made[4]?.key);
    expect(made[4]?.within).toBe(made[6]?.key);
    expect(asked).toEqual(['research', 'research']);
    expect(results).toEqual([{ found: 'far' }]);
  });

  it('waits for people, and goes on where it was, two agents deep', async () => {
    const { t } = shared;
    t.models
      .on(WriterAgent)
      .replyOnce(call('research', { topic: 'a book' }))
      .replyOnce('It comes.');
    t.models
      .on(ResearchAgent)
      .replyOnce(call('order', { number: '7' }))
      .replyOnce({ found: 'ordered' });
    const { runId, status } = await t.run(PaperWorkflow, `waits ${store}`);
    expect(status).toBe('waiting');
    expect(await t.approve(runId, { by: lead })).toMatchObject({ output: { output: 'It comes.', calls: 4 } });
    expect(done).toEqual(['order 7']);
    expect(t.models.calls).toHaveLength(4);
  });

  it.each([
    ['input that does not fit', { topic: 'x'.repeat(21) }, 'Error:'],
    ['no input', {}, 'Error:'],
    ['what a guardrail rejects', { topic: 'secrets' }, 'nothing about secrets'],
  ])('is told to the model as a failed call with %s', async (_, args, told) => {
    const { t } = shared;
    t.models.on(WriterAgent).replyOnce(call('research', args)).replyOnce('So be it.');
    const result = await t.run(PaperWorkflow, `told ${told} ${JSON.stringify(args).length} ${store}`);
    expect(result).toMatchObject({ output: { output: 'So be it.', calls: 2 } });
    expect(t.models.calls[1]?.messages.at(-1)).toMatchObject({
      isError: true,
      content: expect.stringContaining(told),
    });
  });

  it('that is blocked by a guardrail ends the run as a block', async () => {
    const { t } = shared;
    t.models.on(WriterAgent).replyOnce(call('research', { topic: 'crime' }));
    expect(await t.run(PaperWorkflow, `blocked ${store}`)).toMatchObject({
      status: 'failed',
      error: { cause: { code: 'GUARDRAIL_BLOCKED' } },
    });
  });

  it('that fails is told as a failed tool, with the limit that stopped it', async () => {
    const { t } = shared;
    t.models
      .on(WriterAgent)
      .replyOnce(call('endless', { task: 'go on' }))
      .replyOnce('It did not end.');
    t.models.on(EndlessAgent).replyOnce(call('little', {})).replyOnce(call('little', {}));
    const result = await t.run(PaperWorkflow, `fails ${store}`);
    expect(result).toMatchObject({ output: { output: 'It did not end.', calls: 4 } });
    expect(t.models.calls[1]?.messages.at(-1)).toMatchObject({ content: 'go on' });
    expect(t.models.calls[3]?.messages.at(-1)).toMatchObject({
      isError: true,
      content: expect.stringContaining('stopped by maxTurns'),
    });
  });

  it('is not run deeper than maxDepth', async () => {
    const { t } = shared;
    t.models.on(DeepAgent).reply(({ messages }) => {
      const last = messages.at(-1);
      return last?.role === 'tool' ? String(last.content) : call('below', { number: '1' });
    });
    expect(await t.run(DeepAgent, `deep ${store}`)).toMatchObject({
      status: 'completed',
      output: expect.stringMatching(/deep was not run: .*maxDepth/),
    });
    // Three agents ask, and each tells what came of it.
    expect(t.models.calls).toHaveLength(6);
  });

  it('is inside of nothing in a run that an agent has started', async () => {
    const { t } = shared;
    t.models
      .on(StartingAgent)
      .replyOnce(call('startAnother', {}))
      .reply(({ messages }) => String(messages.at(-1)?.content));
    t.models
      .on(WriterAgent)
      .replyOnce(call('research', { topic: 'x' }))
      .reply('Written.');
    t.models.on(ResearchAgent).replyOnce({ found: 'it' });
    const { output } = (await t.run(StartingAgent, `starts ${store}`)) as { readonly output: string };
    expect(await t.result(output)).toMatchObject({ status: 'completed', output: { output: 'Written.' } });
  });

  it('can be called by name, and is listed', async () => {
    const { t } = shared;
    const { tools } = outside;
    if (!tools) throw new Error('no tools');
    t.models.on(ResearchAgent).replyOnce({ found: 'it' });
    expect(await tools.call('research', { topic: 'by name' })).toEqual({ found: 'it' });
    expect((await tools.list()).find(({ name }) => name === 'research')).toMatchObject({
      description: 'Looks things up',
      origin: 'agents',
    });
  });
});
