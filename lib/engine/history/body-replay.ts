import type { GatePolicies } from '../../gate/index.js';
import type { RunRow } from '../../journal/index.js';
import { shortText } from '../../text/index.js';
import { canonicalJson } from '../../values/index.js';
import {
  type Activation,
  type Divergence,
  fold,
  type RecordDraft,
  type RunRecord,
  stepNamed,
  type WorkflowDefinition,
} from '../../workflow/index.js';
import { SubWorkflowStarter } from '../start/sub-workflow-starter.js';
import { HeldRun } from '../held-run/held-run.js';
import { ReplayGate } from './replay-gate.js';
import { StepAttempt } from '../attempt/step-attempt.js';
import type { AttemptOutcome } from '../attempt/attempt-outcome.js';
import { AttemptScope } from '../attempt/attempt-scope.js';
import { StepRunner } from '../attempt/step-runner.js';
import type { WorkflowInstances } from '../attempt/workflow-instances.js';

export interface BodyReplayPorts {
  readonly policies: GatePolicies;
  readonly instances: WorkflowInstances;
  readonly payloadLimit: number;
  now(): number;
}

/** What the methods of steps came to when they were run against the record. */
export interface BodyReport {
  /** Attempts that were run. */
  readonly bodies: number;
  readonly divergences: readonly Divergence[];
}

type Outcome = Extract<RunRecord, { readonly type: 'step.completed' | 'step.failed' }>;

/** What is longer is cut in a report. Characters. */
const longest = 200;

/** Runs the recorded attempts of a run with today's methods. Nothing is written, and no call is made. */
export class BodyReplay {
  constructor(private readonly ports: BodyReplayPorts) {}

  async compare(
    row: RunRow,
    definition: WorkflowDefinition,
    records: readonly RunRecord[],
  ): Promise<BodyReport> {
    const divergences: Divergence[] = [];
    let bodies = 0;
    for (const [index, record] of records.entries()) {
      const activation = isOwn(records, record) ? activationOf(record, definition) : undefined;
      if (!activation) continue;
      bodies += 1;
      const divergence = await this.attempt(
        row,
        definition,
        records.slice(0, index),
        activation,
        record as Outcome,
      );
      if (divergence) divergences.push(divergence);
    }
    return { bodies, divergences };
  }

  /** One attempt, in the state that the run was in when its outcome was written. */
  private async attempt(
    row: RunRow,
    definition: WorkflowDefinition,
    before: readonly RunRecord[],
    activation: Activation,
    recorded: Outcome,
  ): Promise<Divergence | undefined> {
    const step = stepNamed(definition, activation.step);
    if (!step) return undefined;
    const { policies, instances, payloadLimit, now } = this.ports;
    const missed: string[] = [];
    const asked: string[] = [];
    const gate = new ReplayGate(policies, (call) => missed.push(`call ${call}`));
    const run = new HeldRun(row, fold(before), definition, {
      payloadLimit,
      lease: { now, assertHeld: () => undefined },
      journal: {
        append: async ({ records }) => {
          asked.push(...records.map(askedFor));
          return 'ok';
        },
        transact: async () => 'ok',
        post: async () => false,
      },
      dispatcher: { dispatch: () => undefined },
      published: () => undefined,
    });
    const attempt = new StepAttempt(
      run,
      step,
      activation,
      (owner) => new AttemptScope(owner, gate, () => undefined),
    );
    const outcome = await new StepRunner(gate, instances, new NoChildren()).run(attempt);
    const was = describedRecord(recorded);
    const is = described(outcome);
    if (missed.length === 0 && is === was) return undefined;
    const planned =
      missed.length > 0 ? missed : outcome.kind === 'suspended' ? asked : [shortText(is, longest)];
    return { seq: recorded.seq, step: step.name, recorded: shortText(was, longest), planned };
  }
}

/** What a fork has taken over was done in its source. */
function isOwn(records: readonly RunRecord[], { seq }: RunRecord): boolean {
  const forked = records.some(({ type }) => type === 'run.forked');
  const started = records.find(({ type }) => type === 'run.started');
  return !forked || (started !== undefined && seq > started.seq);
}

/**
 * The attempt that a record tells the end of, if code came to that end and may come to it again. Time, people and the
 * database of a transaction are not to be had a second time, and what is irreversible must not be.
 */
function activationOf(record: RunRecord, definition: WorkflowDefinition): Activation | undefined {
  if (record.type !== 'step.completed' && record.type !== 'step.failed') return undefined;
  const { step: name, iteration = 0, item, attempt } = record;
  if (name === undefined || attempt === undefined) return undefined;
  const phase = phaseOf(record);
  const step = stepNamed(definition, name);
  if (step?.transactional || (step?.effect === 'irreversible' && phase === 'perform')) return undefined;
  return phase && { step: name, iteration, ...(item === undefined ? {} : { item }), attempt, phase };
}

function phaseOf(record: Outcome): Activation['phase'] | undefined {
  if (record.type === 'step.completed') {
    const { via } = record.payload;
    return via === 'review' || via === 'cache' ? undefined : via === 'fallback' ? 'fallback' : 'perform';
  }
  const { interrupted, phase, error } = record.payload;
  return interrupted || phase === 'compensate' || error.code === 'STEP_TIMEOUT' ? undefined : phase;
}

function described(outcome: AttemptOutcome): string {
  if (outcome.kind === 'suspended') return 'step.waiting';
  const [draft] = outcome.drafts;
  return draft ? describedRecord(draft as Outcome) : 'nothing';
}

/** Errors are told in words that may change. */
function describedRecord(record: Pick<Outcome, 'type' | 'payload'>): string {
  if (record.type === 'step.failed') return 'step.failed';
  // Type and payload belong together, which the compiler forgets in a pick of a union.
  const { output } = record.payload as Extract<Outcome, { readonly type: 'step.completed' }>['payload'];
  return output === undefined ? 'step.completed' : `step.completed ${canonicalJson(output)}`;
}

/** What an attempt put on record before it stood still: why it waits. */
function askedFor({ type, payload }: RecordDraft): string {
  return 'name' in payload ? `${type} ${String(payload.name)}` : type;
}

class NoChildren extends SubWorkflowStarter {
  async start(): Promise<never> {
    throw new Error('a replay starts no runs');
  }
}
