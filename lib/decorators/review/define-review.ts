import type { EscalationStage, ReviewDefinition, ReviewSubject } from '../../scope/index.js';
import { composed } from '../../values/index.js';
import { millisecondsOr } from '../defaults.js';
import type { WrittenReview } from '../metadata.js';
import type { EscalationOptions } from './review.options.js';

/** Milliseconds in which a user has to answer in the conversation. */
export const confirmationTime = 15 * 60_000;

/** `@HumanReview` with every default filled in; `at` is the default: steps and tools have different ones. */
export function defineReview(
  written: WrittenReview | undefined,
  at: ReviewDefinition['at'],
): ReviewDefinition | undefined {
  if (!written) return undefined;
  return {
    // The compiler has checked the function against the class; what it gets at run time is a ReviewSubject.
    when: written.when as ((subject: ReviewSubject) => boolean) | undefined,
    at: written.at ?? at,
    by: written.by,
    roles: names(written.roles),
    users: names(written.users),
    quorum: written.quorum ?? 1,
    separationOfDuties: written.separationOfDuties ?? true,
    timeout: millisecondsOr(written.timeout, written.by === 'starter' ? confirmationTime : undefined),
    onTimeout: written.onTimeout ?? 'reject',
    escalation: stages(written),
    remindEvery: millisecondsOr(written.remindEvery, undefined),
    sample: written.sample,
    title: written.title,
    instructions: written.instructions,
    form: written.form,
    onReject: written.onReject ?? 'fail',
  };
}

/** Roles by themselves are one stage, which has as much time as those before it. */
function stages({ escalateTo = [], timeout }: WrittenReview): readonly EscalationStage[] {
  const written: readonly unknown[] = Array.isArray(escalateTo) ? escalateTo : [escalateTo];
  const isShort = written.every((one) => typeof one === 'string');
  // What is none of these is for the check of the options to say.
  const long = (isShort ? [{ roles: written, timeout }] : written) as readonly EscalationOptions[];
  if (written.length === 0) return [];
  return long.map(({ roles, users, timeout: own }) => ({
    roles: names(roles),
    users: names(users),
    timeout: millisecondsOr(own ?? timeout, 0),
  }));
}

/** In the form in which the names of principals are. Anything but a list of texts is reported by the checks at boot. */
function names(written: readonly string[] | undefined): readonly string[] {
  const list: unknown = written ?? [];
  if (!Array.isArray(list)) return [];
  return list.map((name: unknown) => (typeof name === 'string' ? composed(name) : String(name)));
}
