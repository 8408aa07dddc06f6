import type { ReviewDefinition, ReviewSubject } from '../../scope/index.js';
import { millisecondsOr } from '../defaults.js';
import type { WrittenReview } from '../metadata.js';

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
    escalateTo: names([written.escalateTo ?? []].flat()),
    title: written.title,
    instructions: written.instructions,
    form: written.form,
    onReject: written.onReject ?? 'fail',
  };
}

/** In the form in which the names of principals are. Anything but a list of texts is reported by the checks at boot. */
function names(written: readonly string[] | undefined): readonly string[] {
  const list: unknown = written ?? [];
  if (!Array.isArray(list)) return [];
  return list.map((name: unknown) => (typeof name === 'string' ? name.normalize('NFC') : String(name)));
}
