import { type ModelAnswer, type ModelDelta, type ModelEmbeddings, ModelProvider } from 'nestjs-nestor';

/** Answers at once: what is left is the gate, and what stands in it. */
export class InstantProvider extends ModelProvider {
  readonly name = 'instant';

  /** @param dollarsPerMillion price of a million tokens, of each kind */
  constructor(private readonly dollarsPerMillion: number) {
    super();
  }

  generate(): Promise<ModelAnswer> {
    const usage = { inputTokens: 1, outputTokens: 1 };
    return Promise.resolve({ text: 'done', toolCalls: [], finishReason: 'stop', usage });
  }

  // oxlint-disable-next-line require-yield
  async *stream(): AsyncIterable<ModelDelta> {
    yield { type: 'end', answer: await this.generate() };
  }

  embed(): Promise<ModelEmbeddings> {
    return Promise.reject(new Error('not measured'));
  }

  override price = () => ({
    inputPerMillion: this.dollarsPerMillion,
    outputPerMillion: this.dollarsPerMillion,
  });
}
