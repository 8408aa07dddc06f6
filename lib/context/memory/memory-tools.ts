import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { InputValidationError } from '../../errors/index.js';
import { currentScope } from '../../scope/index.js';
import { builtInTool, GivenTools, type Provided } from '../../tools/index.js';
import { assertOptions, option, type OptionRules, type Principal } from '../../values/index.js';
import { type MemoryOwner, memoryScopes, mostRecalled, type NewMemory } from './memory-options.js';
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
  /** Most memories that are recalled at once. From 1 to 100. @default 8 */
  readonly limit?: number | undefined;
}

const rules = option.fields({
  scope: option.oneOf(...memoryScopes),
  expiresIn: option.duration,
  about: (value, path) => (typeof value === 'function' ? [] : option.identifier()(value, path)),
  limit: option.between(1, mostRecalled),
} satisfies OptionRules<MemoryToolsOptions>);

const remember = {
  name: 'remember',
  description: 'Remembers one fact for later conversations. Write it so that it is understood by itself.',
  input: Fact,
  effect: 'idempotent',
} as const;

const recall = {
  name: 'recall',
  description: 'Gives what was remembered in earlier conversations, what fits the question best first.',
  input: MemoryQuestion,
} as const;

/**
 * Tools by which a model remembers (`remember`) and looks up what was remembered (`recall`), about one subject. What it remembers is
 * untrusted, for good: a model may have been told to.
 * @throws {InvalidOptionsError}
 * @example
 * @Agent({ instructions, tools: () => [memoryTools({ expiresIn: '90d' })] })
 */
export function memoryTools(options: MemoryToolsOptions = {}): GivenTools {
  const where = 'memoryTools()';
  assertOptions(rules(options, `${where} `));
  const { scope, expiresIn, limit, about = ({ principal }) => principal?.id ?? nobody() } = options;
  const subject = () => (typeof about === 'string' ? about : about(subjectNow()));
  return new GivenTools((provided) => [
    builtInTool({ ...remember, where }, async (args) => {
      // What the schema has let through.
      const { fact: text } = args as Fact;
      await memoryOf(provided).rememberForModel({ about: subject(), text, scope, expiresIn });
      return 'Remembered.';
    }),
    builtInTool({ ...recall, where }, async (args) => {
      const { question: query } = args as MemoryQuestion;
      const memories = await memoryOf(provided).recall({ about: subject(), query, scope, limit });
      return memories.map(({ text, rememberedAt }) => ({ text, rememberedAt }));
    }),
  ]);
}

function memoryOf(provided: Provided): MemoryService {
  return provided(MemoryService);
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
