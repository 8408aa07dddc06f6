import { IsArray, IsNotEmpty, IsOptional, IsString } from 'class-validator';
import { type Duration, milliseconds } from '../clock/index.js';
import { askUserName, clientAnswers, defaultOnInDoubt, retryPolicy } from '../decorators/index.js';
import { GivenTools } from './given-tools.js';

/** What a model asks. */
class UserQuestion {
  @IsString()
  @IsNotEmpty()
  question!: string;

  /** Answers to choose from. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  options?: string[];
}

export interface AskUserOptions {
  /** What the model is told of it. @default that it asks the user, and when to use it */
  readonly description?: string | undefined;
  /** Until when the user has to answer; then the model is told that nobody has. @default none */
  readonly timeout?: Duration | undefined;
}

/**
 * A tool by which a model asks the person who started the run. The run waits, at no cost, for the answer: a review of the
 * kind `answer` that only this person may decide, or anybody where nobody is known to have started it.
 * @example
 * tools: () => [InvoiceTools, askUser()]
 */
export function askUser({ description, timeout }: AskUserOptions = {}): GivenTools {
  const effect = 'none';
  return new GivenTools([
    {
      origin: 'nestjs-nestor',
      provider: GivenTools,
      definition: {
        name: askUserName,
        description:
          description ??
          'Asks the user one question and gives back the answer. Use it where something that only the user can know is missing.',
        input: UserQuestion,
        output: String,
        effect,
        onInDoubt: defaultOnInDoubt(effect),
        repeatable: true,
        retry: retryPolicy(1),
        tags: [],
        ...clientAnswers({
          timeout: timeout === undefined ? undefined : milliseconds(timeout),
          form: String,
          title: 'A question to you',
        }),
        where: 'askUser()',
      },
      invoke: () => Promise.reject(new Error('a person answers, or nobody does')),
    },
  ]);
}
