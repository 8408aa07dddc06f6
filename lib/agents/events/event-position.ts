import { InputValidationError } from '../../errors/index.js';

/** Where a listener stands: behind the n-th event of a record, or behind a piece that was said after it. */
export interface EventPosition {
  readonly seq: number;
  readonly isLive: boolean;
  readonly number: number;
}

/** @throws {InputValidationError} if it is not the `position` of an event */
export function readPosition(text: string): EventPosition {
  const [, seq, live, number] = /^(\d{1,10})\.([01])\.(\d{1,16})$/.exec(text) ?? [];
  if (seq !== undefined) return { seq: Number(seq), isLive: live === '1', number: Number(number) };
  throw new InputValidationError(
    "agentEvents({ after }) takes the `position` of an event, such as '12.0.3'.",
    { details: { after: String(text).slice(0, 100) } },
  );
}

export function positionText({ seq, isLive, number }: EventPosition): string {
  return `${seq}.${isLive ? 1 : 0}.${number}`;
}

/** Whether an event comes behind the place of a listener. Pieces of a text are told again where their place is not known. */
export function isBehind({ seq, isLive, number }: EventPosition, after: EventPosition): boolean {
  if (isLive) return after.isLive ? number > after.number : true;
  if (seq !== after.seq) return seq > after.seq;
  return after.isLive ? false : number > after.number;
}
