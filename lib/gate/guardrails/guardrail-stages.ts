import type { Clock } from '../../clock/index.js';
import type { GuardrailDefinition, GuardrailPoint, GuardrailSubject } from '../../decorators/index.js';
import type { RecordPayloads } from '../../workflow/index.js';
import { type Answer, askGuardrail } from './ask-guardrail.js';
import { strictest, type VerdictName } from './verdict-precedence.js';

/** Guardrails that a value has to pass before it goes on, or those that look at it meanwhile. */
export type GuardrailTiming = 'before' | 'parallel';

export interface StageOptions {
  /** @default 'before' */
  readonly timing?: GuardrailTiming;
  /**
   * Whether there is a model that a rejection can go back to; else a `reject` counts as `block`.
   * @default true at `model.*`, `tool.*` and `handoff`
   */
  readonly rejectable?: boolean;
  /** Key of the call, for the records. */
  readonly key?: string | undefined;
}

/** What the guardrails at one point make of a value. */
export interface StageOutcome {
  readonly outcome: 'pass' | 'reject' | 'escalate' | 'block';
  /** As the last transform left it. */
  readonly value: unknown;
  readonly changed: boolean;
  /** Of the guardrail that decided; absent if the value passes. */
  readonly reason?: string;
  readonly guardrail?: string;
  /** Every verdict but a plain `allow`, which leaves no trace: the happy path stays one row. */
  readonly records: readonly RecordPayloads['guardrail.evaluated'][];
}

/**
 * Asks the guardrails that apply, one after the other in their order, so that each sees what the ones before it made
 * of the value. The strictest verdict decides; after a `block` no other is asked, since none outranks it.
 */
export class GuardrailStages {
  private sorted: readonly GuardrailDefinition[] | undefined;

  /** @param find what discovery found: asked when the first value comes by, which is after the boot */
  constructor(
    private readonly find: () => readonly GuardrailDefinition[],
    private readonly clock: Clock,
  ) {}

  private get inOrder(): readonly GuardrailDefinition[] {
    return (this.sorted ??= this.find().toSorted((a, b) => a.order - b.order));
  }

  /** Whether any guardrail applies at a point: spares the caller preparing a subject. */
  hasAny(point: GuardrailPoint, timing: GuardrailTiming = 'before'): boolean {
    return this.inOrder.some((guardrail) => guardrail.at.includes(point) && isAsked(guardrail, timing));
  }

  /** Whether any guardrail at its point applies to a subject. */
  concerns(subject: Omit<GuardrailSubject, 'value'>): boolean {
    return this.inOrder.some((guardrail) => applies(guardrail, subject) && isAsked(guardrail, 'before'));
  }

  async evaluate(subject: GuardrailSubject, options: StageOptions = {}): Promise<StageOutcome> {
    const answers: Answer[] = [];
    let { value } = subject;
    let changed = false;
    for (const guardrail of this.inOrder) {
      if (!applies(guardrail, subject) || !isAsked(guardrail, options.timing ?? 'before')) continue;
      const answer = await askGuardrail(guardrail, subjectWith(subject, value), this.clock);
      answers.push(answer);
      if (guardrail.mode === 'monitor') continue;
      if (answer.verdict.verdict === 'block') break;
      if (answer.verdict.verdict !== 'transform') continue;
      value = answer.verdict.value;
      changed = true;
    }
    const verdict = strictest(answers.filter(isEnforced).map((answer) => answer.verdict.verdict));
    const outcome = outcomeOf(verdict, options.rejectable ?? isBeforeModel(subject.at));
    return {
      outcome,
      value,
      changed,
      ...decidedBy(answers, verdict, outcome),
      records: answers.filter(isTold).map((answer) => record(answer, subject, verdict, outcome, options.key)),
    };
  }
}

function isEnforced(answer: Answer): boolean {
  return answer.guardrail.mode === 'enforce';
}

function isTold(answer: Answer): boolean {
  return answer.verdict.verdict !== 'allow' || answer.error !== undefined;
}

function isBeforeModel(point: GuardrailPoint): boolean {
  return point.startsWith('model.') || point.startsWith('tool.') || point === 'handoff';
}

function outcomeOf(verdict: VerdictName, rejectable: boolean): StageOutcome['outcome'] {
  switch (verdict) {
    case 'allow':
    case 'warn':
    case 'transform':
      return 'pass';
    case 'reject':
      return rejectable ? 'reject' : 'block';
    case 'escalate':
    case 'block':
      return verdict;
  }
}

function decidedBy(
  answers: readonly Answer[],
  verdict: VerdictName,
  outcome: StageOutcome['outcome'],
): Pick<StageOutcome, 'reason' | 'guardrail'> {
  if (outcome === 'pass') return {};
  const decisive = answers.find((answer) => isEnforced(answer) && answer.verdict.verdict === verdict);
  return decisive ? { guardrail: decisive.guardrail.name, ...reasonOf(decisive) } : {};
}

function reasonOf({ verdict }: Answer): { readonly reason?: string } {
  return 'reason' in verdict ? { reason: verdict.reason } : {};
}

const doneAbout = { reject: 'rejected', escalate: 'escalated', block: 'blocked' } as const;

/** `noted`: in monitor mode, or because a stricter verdict decided. */
function done(answer: Answer, decisive: VerdictName, outcome: StageOutcome['outcome']) {
  const { verdict } = answer.verdict;
  if (!isEnforced(answer)) return 'noted';
  if (verdict === 'transform') return 'changed';
  if (outcome === 'pass') return 'passed';
  return verdict === decisive ? doneAbout[outcome] : 'noted';
}

function record(
  answer: Answer,
  subject: GuardrailSubject,
  decisive: VerdictName,
  outcome: StageOutcome['outcome'],
  key: string | undefined,
): RecordPayloads['guardrail.evaluated'] {
  return {
    guardrail: answer.guardrail.name,
    at: subject.at,
    verdict: answer.verdict.verdict,
    ...reasonOf(answer),
    mode: answer.guardrail.mode,
    done: done(answer, decisive, outcome),
    ...(answer.error ? { error: answer.error } : {}),
    ...(key === undefined ? {} : { key }),
  };
}

function isAsked({ parallel = false }: GuardrailDefinition, timing: GuardrailTiming): boolean {
  return parallel === (timing === 'parallel');
}

/** Whether a guardrail looks at this subject: by place and by the names it is limited to. */
function applies(guardrail: GuardrailDefinition, subject: Omit<GuardrailSubject, 'value'>): boolean {
  return (
    guardrail.at.includes(subject.at) &&
    allows(guardrail.workflows, subject.workflow) &&
    allows(guardrail.steps, subject.step) &&
    allows(guardrail.tools, subject.tool) &&
    allows(guardrail.agents, subject.agent)
  );
}

/** A limit keeps out what has no name of that sort: `tools: ['refund']` does not apply where there is no tool. */
function allows(names: readonly string[] | undefined, name: string | undefined): boolean {
  return names === undefined || (name !== undefined && names.includes(name));
}

/** The subject with another value. Field by field: what the caller's class holds besides is not for guardrails. */
function subjectWith(subject: GuardrailSubject, value: unknown): GuardrailSubject {
  return Object.freeze({
    at: subject.at,
    value,
    workflow: subject.workflow,
    step: subject.step,
    tool: subject.tool,
    agent: subject.agent,
    handoffTo: subject.handoffTo,
    principal: subject.principal,
    runId: subject.runId,
  });
}
