import {
  type ModelAnswer,
  type ModelDelta,
  ModelProvider,
  type ModelRequest,
  type ModelToolCall,
  type ProviderEmbeddings,
} from 'nestjs-nestor';
import { Effects } from './effects.js';

interface Said {
  readonly run: string;
  readonly key: string;
}

/** What each agent calls in each of its turns; after the last of them it answers. */
const calls: Readonly<Record<string, readonly ((said: Said) => readonly (readonly [string, object])[])[]>> = {
  'chaos-outer': [
    ({ run, key }) => [
      ['number', { run, key: `${key} outer` }],
      ['update_board_seen', { value: 'outer' }],
      ['chaos-inner', { run, key: `${key} inner` }],
    ],
    ({ run, key }) => [
      ['refund', { run, key: `${key} refund`, amount: 10 }],
      ['number', { run, key: `${key} outer 2` }],
      ['send', { run, key: `${key} mail` }],
    ],
  ],
  'chaos-inner': [
    ({ run, key }) => [['number', { run, key }]],
    ({ run, key }) => [['send', { run, key: `${key} mail` }]],
  ],
  'chaos-triage': [
    ({ run, key }) => [
      ['number', { run, key: `${key} triage` }],
      ['update_board_seen', { value: 'triage' }],
    ],
    () => [['transfer_to_chaos-billing', { reason: 'a bill' }]],
  ],
  // Its first turn is the third one of the conversation.
  'chaos-billing': [() => [], () => [], () => [['update_board_seen', { value: 'billing' }]]],
};

/** A model that does the same whenever it is asked the same, and writes down each time that it is asked. */
export class ChaosModel extends ModelProvider {
  readonly name = 'chaos';

  constructor(private readonly effects: Effects) {
    super();
  }

  async generate({ model, messages }: ModelRequest): Promise<ModelAnswer> {
    const question = messages.find(({ role }) => role === 'user')?.content;
    // What `ChaosWorkflow.solve` and the outer agent send.
    const said = JSON.parse(String(question)) as Said;
    const turn = messages.filter(({ role }) => role === 'assistant').length + 1;
    await this.effects.happen('model', {
      run: said.run,
      step: model,
      iteration: turn,
      key: `${said.key} ${turn}`,
    });
    const wanted = calls[model]?.[turn - 1]?.(said) ?? [];
    const toolCalls = wanted.map(([name, args], index): ModelToolCall => {
      const raw = JSON.stringify(args);
      return { id: `c${turn}${index}`, name, arguments: JSON.parse(raw) as never, raw };
    });
    return {
      text: toolCalls.length > 0 ? '' : 'done',
      toolCalls,
      finishReason: toolCalls.length > 0 ? 'tool-calls' : 'stop',
      usage: { inputTokens: 10, outputTokens: 10 },
    };
  }

  async *stream(request: ModelRequest): AsyncIterable<ModelDelta> {
    yield { type: 'end', answer: await this.generate(request) };
  }

  embed(): Promise<ProviderEmbeddings> {
    return Promise.reject(new Error('it has no vectors'));
  }
}
