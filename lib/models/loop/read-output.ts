import { schemaMismatch, type StructuredOutput } from '../structured-output.js';
import type { Dialogue } from './dialogue.js';
import { incompleteAnswer } from './incomplete-answer.js';
import type { ModelTurns, Turn } from './model-turns.js';

export interface OutputReading {
  readonly output: StructuredOutput;
  readonly conversation: Dialogue;
  readonly turns: Pick<ModelTurns, 'retract'>;
  /** Most tokens of each answer. */
  readonly maxTokens: number;
  isIncomplete(turn: Turn): boolean;
  /** Asks once more, without tools. */
  repair(): Promise<Turn>;
  /** Whether enough is left for that. @default it is */
  mayRepair?(): boolean;
}

/**
 * Reads an answer as the output that was asked for; one that does not fit goes back once, with what is wrong.
 * @throws {OutputValidationError} if the second does not fit either; {IncompleteAnswerError} if it is not whole
 */
export async function readOutput(
  turn: Turn,
  { output, conversation, turns, maxTokens, isIncomplete, repair, mayRepair }: OutputReading,
): Promise<{ readonly turn: Turn; readonly value: unknown }> {
  const first = await output.read(turn.answer.text);
  if (first.ok) return { turn, value: first.value };
  turns.retract(turn.answer);
  // Vendors refuse assistant messages without content.
  if (turn.answer.text.trim() === '') conversation.replaceLast();
  conversation.tell(output.repairPrompt(first.issues));
  if (mayRepair?.() === false) throw schemaMismatch(first.issues, turn.answer.text, turn.model);
  const repaired = await repair();
  if (isIncomplete(repaired)) throw incompleteAnswer(repaired.answer, repaired.model, maxTokens);
  const second = await output.read(repaired.answer.text);
  if (second.ok) return { turn: repaired, value: second.value };
  throw schemaMismatch(second.issues, repaired.answer.text, repaired.model);
}
