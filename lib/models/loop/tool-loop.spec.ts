import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  AccessDeniedError,
  BudgetExceededError,
  GuardrailBlockedError,
  InDoubtError,
  InputValidationError,
  LeaseLostError,
  ReviewRejectedError,
  RunCancelledError,
  StepClosedError,
} from '../../errors/index.js';
import type { Call } from '../../scope/index.js';
import { Desk, tool } from '../../tools/registered-tool.fixture.js';
import { conversationMedia } from '../../media/conversation-media.fixture.js';
import { type RegisteredTool, ToolSet, type ToolSource } from '../../tools/index.js';
import { FakeGate } from '../../tools/fake-gate.fixture.js';
import { modelService } from '../model-service.fixture.js';
import { Dialogue } from './dialogue.js';
import type { Turn, TurnRequest } from './model-turns.js';
import { maxTurns } from './stop/limits.js';
import { type StopCondition, StopConditions } from './stop/stop-condition.js';
import { ToolLoop } from './tool-loop.js';
import type { ToolLoopOptions } from './tool-loop.options.js';

const weather = tool('weather', ({ city }: { city: string }) => ({ city, degrees: 21 }), {
  input: z.object({ city: z.string() }),
});
const note = tool('note', () => 'noted');
const call = (name: string, args: unknown = {}, id = name) => ({ name, arguments: args, id });
const toolMessages = (messages: readonly { role: string }[] | undefined) =>
  messages?.filter(({ role }) => role === 'tool');

/** One turn that calls `note`, then the answer `done`; refuses the tool's call with `error`. */
async function refusedWith(error: Error) {
  const made = modelService({ tools: [note] });
  made.alpha
    .on('go')
    .replyOnce({ toolCalls: [call('note')] })
    .reply('done');
  made.gate.before = ({ kind }: Call) => {
    if (kind === 'tool') throw error;
  };
  const result = await made.models.generate({ prompt: 'go', tools: ['note'] });
  return { ...made, result };
}

describe('generate with tools', () => {
  it('performs what the model calls through the gate, tells it the result, and gives its answer', async () => {
    const { models, alpha, gate } = modelService({ tools: [weather, note] });
    alpha
      .on('Paris')
      .replyOnce({ toolCalls: [call('weather', { city: 'Paris' }, 'c1')] })
      .reply('21 degrees.');
    const result = await models.generate({ prompt: 'Paris?', tools: [Desk] });
    expect(result).toMatchObject({ text: '21 degrees.', usage: { calls: 2 } });
    expect(result.toolCalls).toEqual([
      {
        id: 'c1',
        name: 'weather',
        arguments: { city: 'Paris' },
        content: '{"city":"Paris","degrees":21}',
        isError: false,
      },
    ]);
    expect(gate.calls.map(({ kind, name, actor }) => [kind, name, actor?.kind, actor?.id])).toEqual([
      ['model', 'alpha/small', undefined, undefined],
      ['tool', 'weather', 'model', 'alpha/small'],
      ['model', 'alpha/small', undefined, undefined],
    ]);
    expect(alpha.calls[0]?.tools).toMatchObject([
      { name: 'weather', input: { type: 'object', properties: { city: { type: 'string' } } } },
      { name: 'note', input: { type: 'object' } },
    ]);
    expect(alpha.calls[1]?.messages.slice(1)).toMatchObject([
      { role: 'assistant', toolCalls: [{ id: 'c1', name: 'weather' }] },
      { role: 'tool', toolCallId: 'c1', name: 'weather', content: '{"city":"Paris","degrees":21}' },
    ]);
  });

  it('offers only the tools that were asked for, and refuses unknown ones with the nearest name', async () => {
    const { models, alpha } = modelService({ tools: [weather, note] });
    alpha.on('hi').reply('hi');
    await models.generate({ prompt: 'hi', tools: ['note'] });
    expect(alpha.calls[0]?.tools?.map(({ name }) => name)).toEqual(['note']);
    await expect(models.generate({ prompt: 'hi', tools: ['nott'] })).rejects.toThrow(/Did you mean 'note'/);
    await expect(models.generate({ prompt: 'hi', tools: [Date] })).rejects.toThrow(/Date has no tools/);
  });

  it.each([
    ['denied access', new AccessDeniedError('not for you')],
    ['a rejection by a person', new ReviewRejectedError('no')],
    ['a rejecting guardrail', new GuardrailBlockedError('rude', { details: { verdict: 'reject' } })],
    ['invalid arguments', new InputValidationError('$.city must be a string')],
    ['a failure', new Error('the disk is full')],
  ])('a tool call that ended in %s still gives the model a tool result', async (_what, error) => {
    const { alpha, result } = await refusedWith(error);
    expect(result.text).toBe('done');
    expect(toolMessages(alpha.calls[1]?.messages)).toEqual([
      { role: 'tool', toolCallId: 'note', name: 'note', content: `Error: ${error.message}`, isError: true },
    ]);
  });

  it.each([
    new LeaseLostError('x'),
    new StepClosedError('x'),
    new BudgetExceededError('x'),
    new RunCancelledError('x'),
    new InDoubtError('x'),
    new GuardrailBlockedError('x', { details: { verdict: 'block' } }),
  ])('$name ends the step instead of being told to the model', async (error) => {
    await expect(refusedWith(error)).rejects.toBe(error);
  });

  it('tells the model about broken JSON and unknown tools, and performs the good calls of the same answer', async () => {
    const { models, alpha } = modelService({ tools: [weather, note] });
    alpha
      .on('go')
      .replyOnce({ toolCalls: [call('weather', '{"city": "Par'), call('nota'), call('note')] })
      .reply('done');
    const { toolCalls } = await models.generate({ prompt: 'go', tools: [Desk] });
    expect(toolCalls.map(({ id, isError }) => [id, isError])).toEqual([
      ['weather', true],
      ['nota', true],
      ['note', false],
    ]);
    expect(toolCalls[0]?.content).toMatch(/not valid JSON: \{"city": "Par\. Call it again/);
    expect(toolCalls[1]?.content).toMatch(/no tool 'nota'. Did you mean 'note'/);
    expect(toolMessages(alpha.calls[1]?.messages)).toHaveLength(3);
  });

  it('stops exactly at maxTurns and performs nothing of the turn that is too many', async () => {
    let performed = 0;
    const counter = tool('count', () => (performed += 1));
    const { models, alpha } = modelService({ tools: [counter] });
    alpha.on('go').reply({ toolCalls: [call('count', {}, 'a'), call('count', {}, 'b')] });
    await expect(models.generate({ prompt: 'go', tools: ['count'], maxTurns: 3 })).rejects.toMatchObject({
      code: 'LOOP_LIMIT_EXCEEDED',
      message: expect.stringMatching(/count, count.*turn 3.*maxTurns/),
    });
    expect(alpha.calls).toHaveLength(3);
    expect(performed).toBe(4);
  });

  it('requires a tool in the first turn only, so that the model can answer', async () => {
    const { models, alpha } = modelService({ tools: [note] });
    alpha
      .on('go')
      .replyOnce({ toolCalls: [call('note')] })
      .reply('done');
    await models.generate({ prompt: 'go', tools: ['note'], toolChoice: 'required' });
    expect(alpha.calls.map(({ toolChoice }) => toolChoice)).toEqual(['required', 'auto']);
  });

  it('goes on with the model that answered when another one failed', async () => {
    const { models, alpha, beta } = modelService({ tools: [note] });
    alpha.on('go').fail(new Error('down'));
    beta
      .on('go')
      .replyOnce({ toolCalls: [call('note')] })
      .reply('done');
    await expect(models.generate({ prompt: 'go', tools: ['note'] })).resolves.toMatchObject({
      model: 'beta/small',
    });
    expect(alpha.calls).toHaveLength(1);
  });

  it('sends an answer that a guardrail rejects back to the model, within maxTurns', async () => {
    const { models, alpha, gate } = modelService();
    const rejection = new GuardrailBlockedError('no', {
      details: { at: 'model.response', verdict: 'reject', reason: 'name no prices' },
    });
    alpha.on('price').replyOnce('7 dollars');
    alpha.on('name no prices').reply('Ask our sales team.');
    gate.after = (result) => {
      if (JSON.stringify(result).includes('dollars')) throw rejection;
    };
    await expect(models.generate({ prompt: 'price?' })).resolves.toMatchObject({
      text: 'Ask our sales team.',
    });
    await expect(models.generate({ prompt: 'price?', maxTurns: 1 })).rejects.toMatchObject({
      code: 'ALL_MODELS_FAILED',
    });
    alpha.on('price').reply('7 dollars');
    await expect(models.generate({ prompt: 'price?', maxTurns: 1 })).rejects.toBe(rejection);
  });
});

describe('generate with tools of another process', () => {
  it('asks with the prompt of the moment of the call', async () => {
    let answer: (tools: readonly RegisteredTool[]) => void = () => undefined;
    const remote: ToolSource = {
      origin: 'remote',
      tools: () => new Promise((resolve) => (answer = resolve)),
    };
    const { models, alpha } = modelService({ sources: [remote] });
    alpha
      .on('Paris')
      .replyOnce({ toolCalls: [call('weather', { city: 'Paris' })] })
      .reply('21 degrees.');
    const message = { role: 'user', content: 'Paris?' } as { role: 'user'; content: string };
    const asked = models.generate({ prompt: [message], tools: ['weather'] });
    message.content = 'London?';
    answer([weather]);
    expect(await asked).toMatchObject({ text: '21 degrees.', toolCalls: [{ name: 'weather' }] });
  });
});

describe('ToolLoop', () => {
  const asked = (name: string): Turn => ({
    answer: {
      text: '',
      toolCalls: [{ id: name, name, raw: '{}', arguments: {} }],
      finishReason: 'tool-calls',
      usage: { inputTokens: 1, outputTokens: 1 },
    },
    model: 'alpha/small',
    usage: { calls: 1, inputTokens: 1, outputTokens: 1, usd: 0 },
  });
  const loop = (answers: readonly Turn[], options: Partial<ToolLoopOptions>) => {
    const conversation = new Dialogue([{ role: 'user', content: 'go' }]);
    const requests: TurnRequest[] = [];
    const ask = async (request: TurnRequest) => {
      requests.push(request);
      return answers[requests.length - 1] ?? asked('note');
    };
    const toolLoop = new ToolLoop({
      turns: { ask, retract: () => undefined },
      conversation,
      toolSet: new ToolSet([note], new FakeGate()),
      media: conversationMedia(),
      parallelToolCalls: 8,
      toolChoice: 'auto',
      conditions: new StopConditions([maxTurns(3)]),
      maxTokens: 100,
      isIncomplete: () => false,
      ...options,
    });
    return { toolLoop, conversation, requests };
  };

  it('performs nothing of an answer at whose calls a condition stops', async () => {
    const noPaying: StopCondition = {
      name: 'noPaying',
      kind: 'goal',
      describe: () => null,
      initial: null,
      next: (state, event) =>
        event.type === 'toolCall' && event.call.name === 'pay' ? { state, stop: 'it would pay' } : { state },
    };
    const { toolLoop, conversation } = loop([asked('note'), asked('pay')], {
      conditions: new StopConditions([noPaying]),
    });
    expect(await toolLoop.run()).toMatchObject({
      kind: 'stopped',
      stop: { condition: 'noPaying', kind: 'goal', reason: 'it would pay' },
    });
    expect(conversation.toolCalls.map(({ name }) => name)).toEqual(['note']);
  });

  it('sends a request as beforeTurn has changed it', async () => {
    const beforeTurn = async (request: TurnRequest): Promise<TurnRequest> =>
      request.turn === 2 ? { ...request, toolChoice: 'none', messages: request.messages.slice(-1) } : request;
    const { toolLoop, requests } = loop([], { beforeTurn, conditions: new StopConditions([maxTurns(2)]) });
    expect(await toolLoop.run()).toMatchObject({ kind: 'stopped', stop: { condition: 'maxTurns' } });
    expect(requests.map(({ toolChoice, messages }) => [toolChoice, messages.length])).toEqual([
      ['auto', 1],
      ['none', 1],
    ]);
  });
});
