import type { LiveEvents, LivePiece } from '../../events/index.js';
import { currentScope } from '../../scope/index.js';
import type { AnswerListener } from '../../models/index.js';

/** What is said of a turn while it is said. */
export interface LiveTurn extends Required<AnswerListener> {
  /** It is on record: a listener that comes later reads it there. */
  end(): void;
}

/** Undefined where nobody listens, and the run is not one that is streamed in any case: then the answer comes in one piece. */
export function liveTurn(
  live: LiveEvents,
  runId: string,
  { isData, ...turn }: Pick<LivePiece, 'call' | 'agent' | 'level' | 'turn' | 'isData'>,
): LiveTurn | undefined {
  if (!currentScope()?.isStreamed && !live.isHeard(runId)) return undefined;
  const say = (type: LivePiece['type'], text?: string): void =>
    void live.say(runId, { ...turn, type, ...(text === undefined ? {} : { text }) });
  live.say(runId, { ...turn, type: 'started', ...(isData ? { isData } : {}) });
  return {
    text: (text) => say('text', text),
    reasoning: (text) => say('reasoning', text),
    restart: () => say('restart'),
    end: () => live.forget(runId, turn.call),
  };
}
