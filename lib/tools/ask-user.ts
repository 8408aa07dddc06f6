import { IsArray, IsNotEmpty, IsOptional, IsString } from 'class-validator';
import { type Duration, milliseconds } from '../clock/index.js';
import { askUserName, clientAnswers } from '../decorators/index.js';
import { assertOptions, option, type OptionRules } from '../values/index.js';
import { builtInTool } from './built-in-tool.js';
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

const rules = option.fields({
  description: option.text,
  timeout: option.duration,
} satisfies OptionRules<AskUserOptions>);

const usualDescription =
  'Asks the user one question and gives back the answer. Use it where something that only the user can know is missing.';

/**
 * A tool by which a model asks the person who started the run. The run waits, at no cost, for the answer: a review of the
 * kind `answer` that only this person may decide, or anybody where nobody is known to have started it.
 * @throws {InvalidOptionsError}
 * @example
 * tools: () => [InvoiceTools, askUser()]
 */
export function askUser(options: AskUserOptions = {}): GivenTools {
  assertOptions(rules(options, 'askUser() '));
  const { description = usualDescription, timeout } = options;
  const answer = clientAnswers({
    timeout: timeout === undefined ? undefined : milliseconds(timeout),
    form: String,
    title: 'A question to you',
  });
  const definition = {
    name: askUserName,
    description,
    input: UserQuestion,
    output: String,
    where: 'askUser()',
  };
  return new GivenTools([
    builtInTool({ ...definition, ...answer }, () =>
      Promise.reject(new Error('a person answers, or nobody does')),
    ),
  ]);
}
