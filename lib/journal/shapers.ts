import type { PostedMessage } from './inbox-message.js';
import type { NewRun } from './journal.js';

/** Ids of the people who have shaped a run before it begins: who started it, and those that it inherits. */
export function shapersOf({ created }: Pick<NewRun, 'created'>): readonly string[] {
  const { principal, startedBy, shapedBy = [] } = created;
  return [
    ...new Set([
      ...(principal ? [principal.id] : []),
      ...(startedBy === undefined ? [] : [startedBy]),
      ...shapedBy,
    ]),
  ];
}

/** Id of the person who shapes a run by a message: what they say, it works with. */
export function shaperBy({ actor, body }: PostedMessage): string | undefined {
  const isShaping = body.kind === 'signal' || body.kind === 'message';
  return isShaping && actor.kind === 'person' ? actor.id : undefined;
}
