import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  Input,
  type ModelDelta,
  type ModelEmbeddings,
  type ModelPrice,
  ModelProvider,
  type ModelRequest,
  ModelService,
  type OrchestrationOptions,
  Step,
  Workflow,
} from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';

/** A provider that a host wrote: what it reports, and whether it answers at all, is the test's. */
export class RogueProvider extends ModelProvider {
  readonly name = 'rogue';
  /** Requests that have reached it. */
  requests = 0;
  report: () => unknown = () => ({ inputTokens: 100, outputTokens: 100 });
  answer: (request: ModelRequest, signal: AbortSignal) => Promise<string> = async () => 'fine';

  override async generate(request: ModelRequest, signal: AbortSignal): Promise<never> {
    this.requests += 1;
    const text = await this.answer(request, signal);
    // It keeps to no type.
    return Object.defineProperty({ text, toolCalls: [], finishReason: 'stop' }, 'usage', {
      enumerable: true,
      get: this.report,
    }) as never;
  }

  override async *stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelDelta> {
    const answer = await this.generate(request, signal);
    yield { type: 'text', text: 'fi' };
    yield { type: 'end', answer };
  }

  override async embed(): Promise<ModelEmbeddings> {
    this.requests += 1;
    return { vectors: [[1]], usage: this.report() } as ModelEmbeddings;
  }

  override price(): ModelPrice {
    return { inputPerMillion: 10, outputPerMillion: 10 };
  }
}

/** Asks one after another, and tells what became of each. */
async function inTurn(count: number, ask: (n: number) => Promise<unknown>): Promise<string[]> {
  const outcomes: string[] = [];
  for (let n = 0; n < count; n += 1) {
    outcomes.push(
      await ask(n).then(
        () => 'answered',
        (error: { readonly code?: string }) => error.code ?? 'unnamed',
      ),
    );
  }
  return outcomes;
}

@Workflow({ name: 'asks' })
export class AskWorkflow {
  constructor(private readonly models: ModelService) {}
  @Step({ retry: { attempts: 1 } }) act(@Input() count: number) {
    return inTurn(count, (n) => this.models.generate({ prompt: `q${n}`, maxTokens: 10 }));
  }
}

@Workflow({ name: 'streams' })
export class StreamWorkflow {
  constructor(private readonly models: ModelService) {}
  @Step({ retry: { attempts: 1 } }) act(@Input() count: number) {
    return inTurn(count, (n) => this.models.stream({ prompt: `q${n}`, maxTokens: 10 }).result);
  }
}

@Workflow({ name: 'embeds' })
export class EmbedWorkflow {
  constructor(private readonly models: ModelService) {}
  @Step({ retry: { attempts: 1 } }) act(@Input() count: number) {
    return inTurn(count, (n) => this.models.embed({ model: 'rogue/x', texts: [`q${n}`] }));
  }
}

export interface RogueHost {
  readonly t: OrchestrationHarness;
  readonly provider: RogueProvider;
}

export async function openRogueHost(
  options: OrchestrationOptions = {},
  more: readonly Type[] = [],
): Promise<RogueHost> {
  const provider = new RogueProvider();
  const models = {
    providers: [provider],
    default: 'rogue/x',
    retry: { attempts: 3, initialDelay: 1, jitter: 'none' as const },
  };
  const module = await Test.createTestingModule({
    imports: [OrchestrationTestingModule.forRoot({ models, ...options })],
    providers: [AskWorkflow, StreamWorkflow, EmbedWorkflow, ...more],
  }).compile();
  return { t: await OrchestrationHarness.from(module, { models: 'configured' }), provider };
}
