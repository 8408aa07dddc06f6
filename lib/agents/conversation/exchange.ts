import {
  answerMessage,
  type Message,
  type ModelAnswer,
  type SpokenMessage,
  wholeExchanges,
} from '../../models/index.js';
import { turnParts } from '../../scope/index.js';
import type { RecordedTurn } from '../loop/records/recorded-turns.js';
import { resultsBefore } from '../loop/records/past-loop.js';

export interface ExchangeFacts {
  /** What the user has said. */
  readonly begun: readonly Message[];
  /** All turns, the last one and repairs among them. */
  readonly turns: readonly RecordedTurn[];
  /** Results of tools that no request shows: of the last answer. */
  readonly results: readonly Message[];
  isIncomplete(answer: ModelAnswer): boolean;
}

/**
 * What one call of an agent has said, as its conversation keeps it: what the user said, answers, and results of tools. What the
 * loop has told the model about its answers, and answers that were not acted upon, are not part of it.
 */
export function exchangeOf({ begun, turns, results, isIncomplete }: ExchangeFacts): readonly SpokenMessage[] {
  const said: SpokenMessage[] = begun
    .filter(({ role }) => role !== 'system')
    .map((message) => ({ message, agent: undefined }));
  let before: string | undefined;
  for (const turn of turns) {
    const { part, answer, request } = turn;
    if (part === turnParts.summary) continue;
    // A repaired answer takes the place of the one before.
    if (part === turnParts.repair) said.pop();
    else {
      if (turn !== turns[0]) for (const message of resultsBefore(turn)) said.push({ message, agent: before });
      for (const message of turn.said) said.push({ message, agent: undefined });
    }
    before = request.agent;
    if (!isIncomplete(answer)) said.push({ message: answerMessage(answer), agent: before });
  }
  for (const message of results) said.push({ message, agent: before });
  return wholeExchanges(said);
}
