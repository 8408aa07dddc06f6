import { synchronous, toErrorData } from '../errors/index.js';
import { viewOf } from '../workflow/index.js';
import { ask, type Done, type Origin } from './ask.js';
import { type Passage, whereIs } from './passage.js';
import type { Prepared } from './prepared-arguments.js';

/** `@HumanReview({ at: 'before' })`: returns at once where nobody has to look, else never. */
export async function askBefore(
  passage: Passage,
  { args, origin }: Pick<Prepared, 'args' | 'origin'>,
): Promise<void> {
  const { call } = passage;
  const wanted = call.review?.at === 'before' ? wants(passage, { args }) : undefined;
  if (!wanted) return;
  const kind = call.kind === 'step' ? 'before' : 'call';
  await ask(passage, { kind, stage: 'before', proposed: args, origin, reason: wanted.reason });
}

/** `@HumanReview({ at: 'output' })`: returns at once where nobody has to look, else never. */
export async function askAfter(passage: Passage, result: unknown, done: Done, origin: Origin): Promise<void> {
  const { call } = passage;
  const wanted = call.review?.at === 'output' ? wants(passage, { output: result }) : undefined;
  if (!wanted) return;
  const kind = call.kind === 'step' ? 'output' : 'call';
  await ask(passage, { kind, stage: 'after', proposed: result, origin, reason: wanted.reason, done });
}

/** An error in `when` asks: what can't be judged is put before a person. */
function wants(
  { attempt, call, frame }: Passage,
  subject: { readonly args?: unknown; readonly output?: unknown },
): { readonly reason?: string } | undefined {
  if (!call.review?.when) return {};
  const { state, definition } = attempt.run;
  const { input, outputs } = viewOf(definition, state, attempt.place.step);
  const principal = state.created.principal;
  try {
    const isWanted: unknown = call.review.when({ ...subject, input, outputs, principal });
    return synchronous(isWanted, 'it') ? {} : undefined;
  } catch (error) {
    const where = whereIs({ attempt, call, frame });
    return {
      reason: `@HumanReview on ${where} asks because its \`when\` threw: ${toErrorData(error).message}`,
    };
  }
}
