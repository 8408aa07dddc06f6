import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { defaultOnInDoubt, retryPolicy } from '../../decorators/index.js';
import { InputValidationError } from '../../errors/index.js';
import { currentScope, type Effect } from '../../scope/index.js';
import { GivenTools, type Provided, type RegisteredTool } from '../../tools/index.js';
import type { Principal, Schema } from '../../values/index.js';
import type { MemoryOwner, NewMemory } from './memory-options.js';
import { MemoryService } from './memory.service.js';

class Fact {
  @IsString()
  @IsNotEmpty()
  @MaxLength(4_000)
  fact!: string;
}

class MemoryQuestion {
  @IsString()
  @IsNotEmpty()
  @MaxLength(4_000)
  question!: string;
}

/** For whom a model remembers. */
export interface MemorySubject {
  readonly runId: string;
  readonly agent: string | undefined;
  readonly principal: Principal | undefined;
}

export interface MemoryToolsOptions extends Pick<MemoryOwner, 'scope'>, Pick<NewMemory, 'expiresIn'> {
  /** Whom the memories are about. The model has no say in it. @default the principal of the run */
  readonly about?: string | ((subject: MemorySubject) => string) | undefined;
  /** Most memories that are recalled at once. @default 8 */
  readonly limit?: number | undefined;
}

/**
 * Tools by which a model remembers (`remember`) and looks up what was remembered (`recall`), about one subject. What it remembers is
 * untrusted, for good: a model may have been told to.
 * @example
 * @Agent({ instructions, tools: () => [memoryTools({ expiresIn: '90d' })] })
 */
export function memoryTools(options: MemoryToolsOptions = {}): GivenTools {
  const { scope, expiresIn, limit, about = ({ principal }) => principal?.id ?? nobody() } = options;
  const subject = () => (typeof about === 'string' ? about : about(subjectNow()));
  return new GivenTools((provided) => [
    memoryTool(
      'remember',
      'Remembers one fact for later conversations. Write it so that it is understood by itself.',
      {
        input: Fact,
        effect: 'idempotent',
        invoke: async ({ fact }: Fact) => {
          await memoryOf(provided).rememberForModel({ about: subject(), text: fact, scope, expiresIn });
          return 'Remembered.';
        },
      },
    ),
    memoryTool(
      'recall',
      'Gives what was remembered in earlier conversations, what fits the question best first.',
      {
        input: MemoryQuestion,
        effect: 'none',
        invoke: async ({ question }: MemoryQuestion) => {
          const memories = await memoryOf(provided).recall({
            about: subject(),
            query: question,
            scope,
            limit,
          });
          return memories.map(({ text, rememberedAt }) => ({ text, rememberedAt }));
        },
      },
    ),
  ]);
}

function memoryOf(provided: Provided): MemoryService {
  return provided(MemoryService);
}

interface MemoryTool<Args> {
  readonly input: Schema;
  readonly effect: Effect;
  invoke(args: Args): Promise<unknown>;
}

function memoryTool<Args>(
  name: string,
  description: string,
  { input, effect, invoke }: MemoryTool<Args>,
): RegisteredTool {
  return {
    origin: 'nestjs-nestor',
    provider: GivenTools,
    definition: {
      name,
      description,
      input,
      effect,
      onInDoubt: defaultOnInDoubt(effect),
      repeatable: true,
      // What it calls has time limits of its own.
      retry: retryPolicy(1),
      timeout: Infinity,
      tags: [],
      where: 'memoryTools()',
    },
    // What the schema has let through.
    invoke: (args) => invoke(args as Args),
  };
}

function subjectNow(): MemorySubject {
  const scope = currentScope();
  if (!scope) throw new Error('a tool is called in a run: this is a bug in Nestor');
  const { runId, agent, principal } = scope;
  return { runId, agent, principal };
}

function nobody(): never {
  throw new InputValidationError(
    'memoryTools() remembers about the principal of the run, and it has none: say whom by its option `about`.',
  );
}
