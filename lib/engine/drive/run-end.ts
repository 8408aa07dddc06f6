import type { CommitEffects, PostedMessage } from '../../journal/index.js';
import { newId } from '../../values/index.js';
import {
  activations,
  type RecordDraft,
  type RunState,
  type StepState,
  waitOf,
} from '../../workflow/index.js';

export type EndRecord = RecordDraft<'run.completed' | 'run.failed' | 'run.cancelled'>;

export function isEnd(draft: RecordDraft): draft is EndRecord {
  return draft.type === 'run.completed' || draft.type === 'run.failed' || draft.type === 'run.cancelled';
}

/** What goes into the commit that ends a run. `state`: as it was right before. */
export function endEffects(state: RunState, end: EndRecord): CommitEffects {
  const status = (
    { 'run.completed': 'completed', 'run.failed': 'failed', 'run.cancelled': 'cancelled' } as const
  )[end.type];
  const outgoing = [...toParent(state, end), ...toChildren(state, end)];
  const reviews = [...state.reviews.keys()].map(
    (reviewId) => ({ change: 'close', reviewId, status: 'replaced' }) as const,
  );
  return {
    status,
    finishedAt: end.at,
    release: { wakeAt: null },
    ...(outgoing.length > 0 ? { outgoing } : {}),
    ...(reviews.length > 0 ? { reviews } : {}),
  };
}

export type Post = { readonly runId: string; readonly message: PostedMessage };

function toParent(state: RunState, end: EndRecord): Post[] {
  const { parent, workflow } = state.created;
  if (!parent) return [];
  const { runId, step, iteration, item, key } = parent;
  const outcome =
    end.type === 'run.completed'
      ? end.payload.output === undefined
        ? {}
        : { output: end.payload.output }
      : {
          error:
            end.type === 'run.failed'
              ? end.payload.error
              : {
                  name: 'RunCancelledError',
                  code: 'RUN_CANCELLED' as const,
                  message: `${workflow} (run ${state.runId}) was cancelled: ${end.payload.reason}`,
                },
        };
  const body = {
    kind: 'run.finished' as const,
    workflow,
    runId: state.runId,
    key,
    step,
    iteration,
    ...(item === undefined ? {} : { item }),
    ...outcome,
    usage: state.usage,
  };
  return [{ runId, message: { id: newId(), actor: { kind: 'system', id: state.runId }, at: end.at, body } }];
}

/** Children that somebody still waits for end with their parent. */
function toChildren(state: RunState, end: EndRecord): Post[] {
  return cancelsOf(state, end.at, `its parent ${state.created.workflow} (run ${state.runId}) has ended`);
}

/** Children that were waited for by steps which a record skips, or sends round again. `state`: as it was right before. */
export function orphanedBy(state: RunState, draft: RecordDraft): Post[] {
  if (draft.type !== 'step.skipped' && draft.type !== 'step.repeated') return [];
  const steps = draft.type === 'step.repeated' ? draft.payload.region : [draft.step];
  const reason = `its parent ${state.created.workflow} (run ${state.runId}) no longer needs it`;
  return cancelsOf(state, draft.at, reason, ({ name }) => steps.includes(name));
}

function cancelsOf(
  state: RunState,
  at: string,
  reason: string,
  concerns: (step: StepState) => boolean = () => true,
): Post[] {
  const messages: Post[] = [];
  const actor = { kind: 'system', id: state.runId } as const;
  for (const { step, activation } of activations(state)) {
    const child = waitOf(activation, 'run');
    if (!child || !concerns(step)) continue;
    const { runId } = child;
    messages.push({ runId, message: { id: newId(), actor, at, body: { kind: 'cancel', reason } } });
  }
  return messages;
}
