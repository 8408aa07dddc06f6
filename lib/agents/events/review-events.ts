import { denialReason } from '../../review/index.js';
import { given, type Principal } from '../../values/index.js';
import { type RunRecord, shaperOf } from '../../workflow/index.js';
import type { AgentEventBody } from './agent-event.js';

/** Makes events of what a run tells of its reviews, as they concern one listener. */
export class ReviewEvents {
  private starter: Principal | undefined;
  private readonly shapers = new Set<string>();
  /** The call of a tool that each is about. */
  private readonly toolCalls = new Map<string, { readonly toolCallId?: string; readonly call?: string }>();

  constructor(private readonly listener: Principal | undefined) {}

  /** Every record of the run. */
  heard(record: RunRecord): void {
    if (record.type === 'run.created') {
      const { principal, startedBy, shapedBy = [] } = record.payload;
      this.starter = principal;
      for (const person of [principal?.id, startedBy, ...shapedBy])
        if (person !== undefined) this.shapers.add(person);
    }
    const shaper = shaperOf(record);
    if (shaper !== undefined) this.shapers.add(shaper);
  }

  requested({ payload }: RunRecord<'review.requested'>, toolCallId: string | undefined): AgentEventBody {
    const { reviewId, kind, title, subject, proposed, choices, roles, users, within } = payload;
    const asking = toolCallId === undefined ? {} : given({ toolCallId, call: within });
    this.toolCalls.set(reviewId, asking);
    return {
      type: 'review.requested',
      reviewId,
      kind,
      choices,
      ...given({ title, subject, proposed }),
      ...asking,
      mayDecide: this.mayDecide(payload),
      waitingFor: { roles, users },
    };
  }

  decided({ payload, actor }: RunRecord<'review.decided'>): AgentEventBody {
    const { reviewId, choice, value } = payload;
    const by = actor.kind === 'person' ? actor.id : undefined;
    return this.ended(reviewId, { choice, ...given({ by, value }) });
  }

  expired({ payload: { reviewId, outcome } }: RunRecord<'review.expired'>): AgentEventBody {
    return this.ended(reviewId, { choice: outcome });
  }

  private ended(
    reviewId: string,
    decision: Pick<Extract<AgentEventBody, { type: 'review.decided' }>, 'choice' | 'by' | 'value'>,
  ): AgentEventBody {
    return { type: 'review.decided', reviewId, ...this.toolCalls.get(reviewId), ...decision };
  }

  private mayDecide({ roles, users, separationOfDuties }: RunRecord<'review.requested'>['payload']): boolean {
    if (!this.listener) return false;
    const circle = {
      roles: [...roles],
      users: [...users],
      separationOfDuties,
      shapedBy: [...this.shapers],
      startedBy: this.starter?.id ?? null,
    };
    return denialReason(circle, this.listener) === undefined;
  }
}
