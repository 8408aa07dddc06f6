import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { EscalationStage } from '../../scope/index.js';
import type { JsonValue } from '../../values/index.js';
import type { Choice, ReviewKind, ReviewStatus } from '../../workflow/index.js';

/** What one of several deciders said, where a quorum is asked for. */
export interface ReviewDecision {
  readonly by: string;
  readonly at: string;
  readonly choice: Choice;
  readonly reason?: string;
  readonly value?: JsonValue;
  /** Hash of what the person was shown. */
  readonly proposedHash: string;
}

export interface ReviewComment {
  readonly by: string;
  readonly at: string;
  readonly text: string;
}

/** A work item for a person: what is proposed, why it was stopped, who may decide, until when, and what came of it. */
@Entity({ name: 'orchestration_review' })
@Check('orchestration_review_status', `"status" IN ('open', 'decided', 'expired', 'replaced')`)
@Index('orchestration_review_run', ['runId'])
@Index('orchestration_review_open', ['createdAt'], { where: `"status" = 'open'` })
@Index('orchestration_review_created', { synchronize: false })
@Index('orchestration_review_open_of', ['tenant', 'startedBy'], { where: `"status" = 'open'` })
@Index('orchestration_review_reminding', ['remindAt'], {
  where: `"status" = 'open' AND "remind_at" IS NOT NULL`,
})
@Index('orchestration_review_expiring', ['expiresAt'], {
  where: `"status" = 'open' AND "expires_at" IS NOT NULL`,
})
export class Review {
  @PrimaryColumn({ name: 'id', type: 'varchar', primaryKeyConstraintName: 'orchestration_review_pkey' })
  id!: string;

  @Column({ name: 'run_id', type: 'uuid' })
  runId!: string;

  @Column({ name: 'workflow', type: 'varchar' })
  workflow!: string;

  @Column({ name: 'tenant', type: 'varchar', nullable: true })
  tenant!: string | null;

  /** Id of the principal who started the run, for the separation of duties. */
  @Column({ name: 'started_by', type: 'varchar', nullable: true })
  startedBy!: string | null;

  /** Ids of who has shaped the run: started, forked or retried it, sent it a signal, edited an earlier review. Of the run's row. */
  shapedBy!: readonly string[];

  @Column({ name: 'step', type: 'varchar', nullable: true })
  step!: string | null;

  @Column({ name: 'iteration', type: 'int', nullable: true })
  iteration!: number | null;

  @Column({ name: 'item', type: 'int', nullable: true })
  item!: number | null;

  @Column({ name: 'attempt', type: 'int', nullable: true })
  attempt!: number | null;

  /** Key of the call that it is about. */
  @Column({ name: 'call', type: 'varchar', nullable: true })
  call!: string | null;

  /** Kind and name of that call: `tool openCase`. */
  @Column({ name: 'subject', type: 'varchar', nullable: true })
  subject!: string | null;

  /** Whether the proposal is shown before the action or after it. */
  @Column({ name: 'stage', type: 'varchar', default: 'before' })
  stage!: 'before' | 'after';

  @Column({ name: 'kind', type: 'varchar' })
  kind!: ReviewKind;

  @Column({ name: 'status', type: 'varchar', default: 'open' })
  status!: ReviewStatus;

  /** What is to be decided now: in a quorum, an edit takes the place of what the run has proposed. */
  @Column({ name: 'proposed', type: 'json', nullable: true })
  proposed!: unknown;

  /** A decision is bound to it. */
  @Column({ name: 'proposed_hash', type: 'varchar' })
  proposedHash!: string;

  /** Why a person is asked. */
  @Column({ name: 'cause', type: 'text', nullable: true })
  cause!: string | null;

  /** Which guardrail has asked for it, if one did. */
  @Column({ name: 'guardrail', type: 'varchar', nullable: true })
  guardrail!: string | null;

  @Column({ name: 'title', type: 'text', nullable: true })
  title!: string | null;

  @Column({ name: 'instructions', type: 'text', nullable: true })
  instructions!: string | null;

  @Column({ name: 'roles', type: 'text', array: true, default: () => `'{}'` })
  roles!: string[];

  @Column({ name: 'users', type: 'text', array: true, default: () => `'{}'` })
  users!: string[];

  @Column({ name: 'quorum', type: 'int', default: 1 })
  quorum!: number;

  @Column({ name: 'separation_of_duties', type: 'boolean', default: true })
  separationOfDuties!: boolean;

  @Column({ name: 'choices', type: 'text', array: true, default: () => `'{}'` })
  choices!: Choice[];

  /** JSON Schema of what may be edited. */
  @Column({ name: 'form', type: 'json', nullable: true })
  form!: unknown;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'on_timeout', type: 'varchar', default: 'reject' })
  onTimeout!: 'reject' | 'approve' | 'escalate';

  /** To whom it goes, one after the other, when nobody has decided in time. After the last it is rejected. */
  @Column({ name: 'escalation', type: 'jsonb', default: () => `'[]'` })
  escalation!: EscalationStage[];

  /** Milliseconds between the reminders of those that are asked. */
  @Column({ name: 'remind_every', type: 'double precision', nullable: true })
  remindEvery!: number | null;

  @Column({ name: 'remind_at', type: 'timestamptz', nullable: true })
  remindAt!: Date | null;

  /** Who works on it: until `claimedUntil` nobody else decides. Null once that is over. */
  @Column({ name: 'claimed_by', type: 'varchar', nullable: true })
  claimedBy!: string | null;

  @Column({ name: 'claimed_until', type: 'timestamptz', nullable: true })
  claimedUntil!: Date | null;

  /** Everything that was decided so far, until the quorum is reached. */
  @Column({ name: 'decisions', type: 'jsonb', default: () => `'[]'` })
  decisions!: ReviewDecision[];

  @Column({ name: 'comments', type: 'jsonb', default: () => `'[]'` })
  comments!: ReviewComment[];

  @Column({ name: 'choice', type: 'varchar', nullable: true })
  choice!: Choice | null;

  /** The decider's reason. */
  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: string | null;

  /** What an edit or an answer put in place of the proposal. */
  @Column({ name: 'value', type: 'json', nullable: true })
  value!: unknown;

  @Column({ name: 'decided_by', type: 'varchar', nullable: true })
  decidedBy!: string | null;

  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true })
  decidedAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** Rises with each change. */
  @Column({ name: 'version', type: 'int', default: 1 })
  version!: number;
}
