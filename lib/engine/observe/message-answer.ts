import { InputValidationError, RunFinishedError } from '../../errors/index.js';
import type { RunEvent } from '../../events/index.js';
import { type Observable, firstValueFrom, filter } from 'rxjs';

type Answer = Extract<RunEvent, { readonly type: 'message.received' | 'message.refused' }>;

/**
 * Waits until the holder of a run has put on record whether an agent is told of a message.
 * @param events of the run, from before the message on
 * @throws {RunFinishedError} if it came too late @throws {InputValidationError} if several agents work and none was named
 */
export async function messageAnswer(
  events: Observable<RunEvent>,
  runId: string,
  messageId: string,
): Promise<void> {
  const answers = events.pipe(
    filter(
      (event): event is Answer =>
        (event.type === 'message.received' || event.type === 'message.refused') &&
        event.payload.message === messageId,
    ),
  );
  const answer = await firstValueFrom(answers, { defaultValue: undefined });
  if (answer?.type === 'message.received') return;
  const { reason, working } = answer?.payload ?? { reason: 'the run has ended', working: [] };
  const details = { runId, working };
  if (working.length > 1)
    throw new InputValidationError(
      `${reason}: sendMessage(text, { call }), with one of ${working.join(', ')}, as events of agents tell it.`,
      { details },
    );
  throw new RunFinishedError(
    `No agent of run ${runId} was told of the message: ${reason}. Start another run with it, in the same conversation.`,
    { details },
  );
}
