import { ModelCallError } from '../errors/index.js';
import {
  type ModelDelta,
  type ModelPrice,
  ModelProvider,
  type ModelRequest,
  type ProviderAnswer,
  type ProviderEmbeddings,
} from '../models/index.js';
import { canonicalJson, firstDifference, type JsonValue, jsonPath } from '../values/index.js';
import { type CassetteEntry, readCassette, writeCassette } from './cassette-file.js';
import { comparable } from './comparable-request.js';

export interface CassetteOptions {
  /** Whether the configured providers are asked, and what they answer is written to the file. @default false: the file answers */
  readonly record?: boolean | undefined;
  /**
   * What of a request has to be the same for its answer to be found again, for prompts in which something is other each time: a
   * date, an id. @default all that the vendor is sent
   */
  readonly match?: ((request: ModelRequest) => unknown) | undefined;
}

/**
 * A conversation with real models that is recorded once, and answers from its file ever after: without a key, without cost. What
 * was not recorded fails the test, and says what is other than in the file.
 * @example
 * const cassette = new Cassette('test/cassettes/refund.json', { record: process.env['RECORD'] === '1' });
 * const t = await OrchestrationHarness.from(moduleRef, { models: cassette });
 */
export class Cassette {
  private readonly entries: CassetteEntry[];
  private readonly used = new Set<CassetteEntry>();

  /** @throws {Error} if there is no such file, or it holds something else, and nothing is to be recorded */
  constructor(
    private readonly file: string,
    private readonly options: CassetteOptions = {},
  ) {
    this.entries = options.record ? [] : readCassette(file);
  }

  /** How many of the recorded answers nobody has asked for. */
  get unused(): number {
    return this.entries.length - this.used.size;
  }

  /** @internal */
  around(provider: ModelProvider): ModelProvider {
    return new CassetteProvider(provider, this);
  }

  /** @internal An answer of the file, else of the vendor. */
  async answer<Answer>(provider: string, request: JsonValue, ask: () => Promise<Answer>): Promise<Answer> {
    if (this.options.record) {
      const answer = await ask();
      this.entries.push({ provider, request, answer: answer as JsonValue });
      writeCassette(this.file, this.entries);
      return answer;
    }
    const key = canonicalJson({ provider, request });
    const same = this.entries.filter(
      (one) => canonicalJson({ provider: one.provider, request: one.request }) === key,
    );
    // The same request once more gets the next answer; the last one stays.
    const entry = same.find((one) => !this.used.has(one)) ?? same.at(-1);
    if (!entry) throw this.notRecorded(provider, request);
    this.used.add(entry);
    // What a provider has answered once.
    return structuredClone(entry.answer) as Answer;
  }

  /** @internal */
  matched(request: ModelRequest): JsonValue {
    return comparable(this.options.match ? this.options.match(request) : request);
  }

  private notRecorded(provider: string, request: JsonValue): ModelCallError {
    const next = this.entries.find((one) => one.provider === provider && !this.used.has(one));
    const difference = next && firstDifference(next.request, request);
    const where = difference
      ? ` The next recorded request is another one at ${jsonPath(difference)}.`
      : ' All that was recorded was asked for already.';
    return new ModelCallError(
      `${provider}: this request is not in ${this.file}.${where} Record it again if that is meant: new Cassette(file, { record: true }).`,
      { transient: false },
    );
  }
}

/** A configured provider, whose answers are recorded or come from the file. */
class CassetteProvider extends ModelProvider {
  readonly name: string;

  constructor(
    private readonly provider: ModelProvider,
    private readonly cassette: Cassette,
  ) {
    super();
    this.name = provider.name;
  }

  generate(request: ModelRequest, signal: AbortSignal): Promise<ProviderAnswer> {
    return this.cassette.answer(this.name, this.cassette.matched(request), () =>
      this.provider.generate(request, signal),
    );
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    const answer = await this.generate(request, signal);
    if (answer.text !== '') yield { type: 'text', text: answer.text };
    yield { type: 'end', answer };
  }

  embed(model: string, texts: readonly string[], signal: AbortSignal): Promise<ProviderEmbeddings> {
    return this.cassette.answer(this.name, comparable({ model, texts }), () =>
      this.provider.embed(model, texts, signal),
    );
  }

  override price(model: string): ModelPrice | undefined {
    return this.provider.price?.(model);
  }
}
