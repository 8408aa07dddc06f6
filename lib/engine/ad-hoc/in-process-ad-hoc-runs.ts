import { type Caller, principalOf, type RunAccess, tenantOfCaller } from '../../access/index.js';
import type { Clock } from '../../clock/index.js';
import { LeaseLostError, NonRetryableError, toErrorData } from '../../errors/index.js';
import { snapshotOf } from '../../gate/index.js';
import type { Journal } from '../../journal/index.js';
import type { KillSwitches, RateLimiter } from '../../limits/index.js';
import type { Leases } from '../../leases/index.js';
import { AdHocRuns, type Call } from '../../scope/index.js';
import { hashOf, newId, toJson } from '../../values/index.js';
import { decidedByCode, doneBySystem, fold, type RecordDraft } from '../../workflow/index.js';
import { newRun, callerFacts } from '../start/new-run.js';
import { adHocWorkflow } from './ad-hoc-workflow.js';
import type { Attempts } from '../attempt/attempts.js';
import { HeldRun, type HeldRunPorts } from '../held-run/held-run.js';
import type { LocalSettlements } from '../observe/local-settlements.js';

export interface AdHocPorts extends HeldRunPorts {
  readonly clock: Clock;
  readonly journal: HeldRunPorts['journal'] & Pick<Journal, 'create' | 'close'>;
  readonly leases: Pick<Leases, 'workerId'>;
  readonly access: RunAccess;
  readonly killSwitches: Pick<KillSwitches, 'isClear' | 'assertMayBegin'>;
  readonly rates: Pick<RateLimiter, 'isEmpty' | 'admitStart'>;
  readonly attempts: Attempts;
  readonly settlements: LocalSettlements;
}

/** Opens a run of one step around a call, holds it here, and ends it with the call. */
export class InProcessAdHocRuns extends AdHocRuns {
  constructor(private readonly ports: AdHocPorts) {
    super();
  }

  async call<Result>(call: Call<Result>): Promise<Result> {
    // Before anything is waited for: the arguments are those of this moment.
    const taken = { ...call, arguments: snapshotOf(call as Call, this.ports.payloadLimit) };
    const run = await this.open(taken as Call);
    try {
      return await this.perform(run, taken);
    } finally {
      this.ports.journal.close(run.state.runId);
    }
  }

  private async perform<Result>(run: HeldRun, call: Call<Result>): Promise<Result> {
    const attempt = this.ports.attempts.begin(run, {
      step: 'call',
      iteration: 0,
      attempt: 1,
      phase: 'perform',
    });
    const begun = run.now();
    const place = { step: 'call', iteration: 0, attempt: 1 };
    const duration = () => run.now() - begun;
    try {
      const result = await Promise.race([
        attempt.scope.call(call),
        new Promise<void>((resolve) => attempt.onQuiescent(resolve)).then(() => refuseToWait(call as Call)),
      ]);
      const output = call.forgetsResult
        ? undefined
        : toJson(result, `the result of ${call.kind} ${call.name}`, run.payloadLimit);
      const completed = {
        duration: duration(),
        ...(output === undefined ? {} : { output }),
      };
      await this.end(run, 'completed', [
        decidedByCode('ad-hoc', run.now(), 'step.completed', completed, place),
        decidedByCode('ad-hoc', run.now(), 'run.completed', output === undefined ? {} : { output }),
      ]);
      return result;
    } catch (thrown) {
      if (thrown instanceof LeaseLostError) throw thrown;
      const error = toErrorData(thrown);
      const failed = { error, phase: 'perform' as const, duration: duration(), final: true };
      await this.end(run, 'failed', [
        decidedByCode('ad-hoc', run.now(), 'step.failed', failed, place),
        decidedByCode('ad-hoc', run.now(), 'run.failed', { error }),
      ]);
      throw thrown;
    } finally {
      attempt.close();
    }
  }

  private async open(call: Call): Promise<HeldRun> {
    const { journal, leases, clock, access, rates } = this.ports;
    const caller = await access.control.caller(undefined, 'run.start');
    await this.assertMayBegin(call, caller);
    if (!rates.isEmpty)
      await rates.admitStart(adHocWorkflow.name, {
        principal: principalOf(caller),
        tenant: tenantOfCaller(caller),
      });
    const input = { kind: call.kind, name: call.name };
    const id = newId();
    const asked = newRun({
      definition: adHocWorkflow,
      runId: id,
      at: clock.now(),
      options: { principal: principalOf(caller), ...callerFacts(caller) },
      input,
      inputHash: hashOf(input),
    });
    const [opened] = await journal.create([{ ...asked, holder: leases.workerId }]);
    if (opened?.outcome !== 'created' || !opened.held)
      throw new LeaseLostError(
        `The ad-hoc run ${id} for ${call.kind} ${call.name} was taken by another worker`,
        { details: { runId: id } },
      );
    const { row, records } = opened.held;
    const run = new HeldRun(row, fold(records), adHocWorkflow, this.ports);
    run.take([doneBySystem(leases.workerId, run.now(), 'run.started', { worker: leases.workerId })]);
    return run;
  }

  /** Where nothing can wait, what is stopped is refused. */
  private async assertMayBegin({ kind, name, agent }: Call, caller: Caller): Promise<void> {
    const { killSwitches } = this.ports;
    if (killSwitches.isClear) return;
    const tenant = tenantOfCaller(caller);
    const tool = kind === 'tool' ? name : undefined;
    const workflow = adHocWorkflow.name;
    await killSwitches.assertMayBegin({ kind, name, workflow, agent, tool, tenant, isOwnWork: false });
  }

  private async end(
    run: HeldRun,
    status: 'completed' | 'failed',
    drafts: readonly RecordDraft[],
  ): Promise<void> {
    // Before the end is taken in, which closes them in the state.
    const reviews = [...run.state.reviews.keys()].map(
      (reviewId) => ({ change: 'close', reviewId, status: 'replaced' }) as const,
    );
    run.take(drafts);
    await run.flush({
      status,
      finishedAt: new Date(run.now()).toISOString(),
      release: { wakeAt: null },
      ...(reviews.length > 0 ? { reviews } : {}),
    });
    this.ports.settlements.tell(run.state.runId, () => undefined);
  }
}

function refuseToWait(call: Call): never {
  throw new NonRetryableError(
    `${call.kind} ${call.name} has to wait (for a person, a budget or the kill switch), but was called outside any run, where nothing can wait. Make the call from a step of a workflow.`,
  );
}
