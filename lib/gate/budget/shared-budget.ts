import { amountOf, type Granted, limitOfOwner, type SharedBudgets } from '../../limits/index.js';
import type { Usage } from '../../values/index.js';
import { amountsOf, type RecordDraft, tenantOfRun, type Wait } from '../../workflow/index.js';
import { type GateCall, recordDraft } from '../gate-call.js';
import type { Exceeded } from './budget.js';

/** Most holders that a refusal names. */
const mostNamed = 10;

/** Why a shared budget has not enough for a call, and what the call waits for where it is to wait. */
export interface SharedRefusal {
  readonly exceeded: Exceeded & { readonly onExceeded: 'fail' | 'pause' };
  readonly wait: Wait;
}

/** Sets aside what a call may use in the budgets that runs share. Undefined where none holds for it. */
export function reserveShared(
  shared: SharedBudgets,
  { attempt, frame }: GateCall,
  most: Usage,
): Promise<Granted | undefined> {
  const { run, place } = attempt;
  const { created } = run.state;
  const { name: workflow } = run.definition;
  const step = `${workflow}.${place.step}${place.item === undefined ? '' : `[${place.item}]`}`;
  const spender = {
    tenant: tenantOfRun(created),
    user: created.principal?.id,
    workflow,
    agent: frame.agent,
  };
  return shared.reserve(spender, most, { step, runId: run.state.runId }, run.now());
}

export async function sharedRefusal(
  shared: SharedBudgets,
  { attempt }: GateCall,
  { standing, account }: Extract<Granted, { readonly outcome: 'refused' }>,
  most: Usage,
): Promise<SharedRefusal> {
  const { owner, unit, window, scope, onExceeded } = account;
  const amount = (whole: number) => amountOf(unit, whole);
  const holders = (await shared.holders(account)).slice(0, mostNamed);
  const until = account.until();
  return {
    exceeded: {
      scope,
      owner,
      window,
      unit,
      limit: amount(standing.limit),
      used: amount(standing.used + standing.reserved),
      wanted: amountsOf(most)[unit],
      ...(standing.reserved > 0 ? { reserved: amount(standing.reserved), holders } : {}),
      onExceeded,
    },
    wait: {
      for: 'budget',
      limit: limitOfOwner(owner),
      generation: standing.generation,
      since: attempt.run.state.seq,
      step: attempt.place.step,
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    },
  };
}

/** Records of the budgets that have reached their soft limit by a call. */
export function warnings(gateCall: GateCall, granted: Granted | undefined): RecordDraft[] {
  if (granted?.outcome !== 'reserved') return [];
  return granted.warned.map(({ account, limit, used, reserved }) => {
    const { owner, window, unit, warnAt = 1 } = account;
    const amounts = { limit: amountOf(unit, limit), used: amountOf(unit, used + reserved) };
    return recordDraft(gateCall, 'budget.warned', { owner, window, unit, ...amounts, warnAt });
  });
}
