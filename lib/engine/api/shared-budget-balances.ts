import { AccessControl, actorOf, type Caller, type Operation } from '../../access/index.js';
import type { Clock } from '../../clock/index.js';
import { AccessDeniedError, InputValidationError } from '../../errors/index.js';
import {
  type Account,
  accountsOfOwner,
  amountOf,
  type BudgetLedger,
  type BudgetWindow,
  holdsFor,
  ownerName,
  type SharedBudget,
  type SharedBudgets,
  type SharedScope,
  sharedScopes,
  wholeOf,
} from '../../limits/index.js';
import { readProperty } from '../../text/index.js';
import { boundedText, composedName, newId, type Principal, textLimits } from '../../values/index.js';
import { type BudgetHolder, type BudgetRaise, type BudgetUnit, budgetUnits } from '../../workflow/index.js';

/** Whose budgets: those of one tenant, one user of a tenant, one workflow, one agent. */
export type SharedBudgetScope =
  | { readonly tenant: string; readonly user?: undefined }
  | { readonly user: string; readonly tenant?: string | undefined }
  | { readonly workflow: string }
  | { readonly agent: string };

/** How one budget stands in its current window, in the units that it limits. Amounts as in a `RunBudget`. */
export interface SharedBalance {
  /** Absent where the budget has no window. */
  readonly window?: BudgetWindow | undefined;
  /** When the window ends. */
  readonly until?: Date | undefined;
  readonly units: {
    readonly [unit in BudgetUnit]?: {
      readonly limit: number;
      readonly used: number;
      /** Set aside for calls in flight. */
      readonly reserved: number;
      readonly left: number;
    };
  };
}

/** For whom parts of a budget are set aside. */
export interface SharedHolders {
  readonly window?: BudgetWindow | undefined;
  readonly unit: BudgetUnit;
  /** Calls of this process by run and step, and other processes, the largest ones first. */
  readonly holders: readonly BudgetHolder[];
}

export interface RaiseOptions {
  /** Who does it, where no caller is known. @default the caller */
  readonly by?: Principal | undefined;
  /** For the records of a shared budget. */
  readonly reason?: string | undefined;
}

/** What somebody has added to the budgets of an owner. */
export interface SharedRaise {
  /** Id of who has done it. */
  readonly by: string;
  readonly reason?: string | undefined;
  readonly at: Date;
  /** `1d 2026-11-30 UTC`; `ever` of a budget without a window. */
  readonly window: string;
  readonly more: BudgetRaise;
}

interface Named {
  readonly scope: SharedScope;
  readonly name: string;
  readonly tenant: string | undefined;
  readonly owner: string;
}

type BudgetAccounts = { readonly budget: SharedBudget; readonly accounts: readonly Account[] };

/** Balances and raises of the budgets that many runs share. */
export class SharedBudgetBalances {
  constructor(
    private readonly budgets: SharedBudgets,
    private readonly ledger: BudgetLedger,
    private readonly access: AccessControl,
    private readonly clock: Clock,
  ) {}

  async balances(scope: SharedBudgetScope): Promise<SharedBalance[]> {
    const named = readScope(scope);
    await this.reach(named, 'budget.read');
    const found = this.accountsOf(named);
    const standings = await this.ledger.standings(found.flatMap(({ accounts }) => accounts));
    return found.map(({ budget, accounts }) => {
      const until = accounts[0]?.until();
      const units = accounts.map(({ owner, unit, window, limit: configured }) => {
        const standing = standings.find(
          (one) => one.owner === owner && one.unit === unit && one.window === window,
        );
        const { used = 0, reserved = 0, raised = 0 } = standing ?? {};
        const limit = configured + raised;
        const left = Math.max(0, limit - used - reserved);
        const amount = (whole: number) => amountOf(unit, whole);
        const balance = {
          limit: amount(limit),
          used: amount(used),
          reserved: amount(reserved),
          left: amount(left),
        };
        return [unit, balance] as const;
      });
      return {
        ...(budget.window === undefined ? {} : { window: budget.window }),
        ...(until === undefined ? {} : { until: new Date(until) }),
        units: Object.fromEntries(units),
      };
    });
  }

  async holders(scope: SharedBudgetScope): Promise<SharedHolders[]> {
    const named = readScope(scope);
    await this.reach(named, 'budget.read');
    return Promise.all(
      this.accountsOf(named).flatMap(({ budget, accounts }) =>
        accounts.map(async (account) => ({
          ...(budget.window === undefined ? {} : { window: budget.window }),
          unit: account.unit,
          holders: await this.budgets.holders(account),
        })),
      ),
    );
  }

  async raise(
    scope: SharedBudgetScope & { readonly window?: BudgetWindow | undefined },
    more: BudgetRaise,
    { by, reason }: RaiseOptions,
  ): Promise<void> {
    const named = readScope(scope);
    const caller = await this.reach(named, 'budget.raise', by);
    const { accounts, budget } = this.oneOf(named, scope.window);
    const raises = accounts.flatMap(({ unit, window, limit }) => {
      const amount = more[unit];
      return amount === undefined ? [] : [{ unit, window, limit, amount: wholeOf(unit, amount) }];
    });
    const unlimited = budgetUnits.filter((unit) => more[unit] !== undefined && budget[unit] === undefined);
    const unfit = raises.filter(({ amount }) => !Number.isSafeInteger(amount) || amount <= 0);
    if (unlimited.length > 0 || unfit.length > 0 || raises.length === 0)
      throw new InputValidationError(
        `The budget of ${named.owner} was not raised: name amounts above 0 (of tokens and calls, whole ones) of the units that it limits, which are ${accounts.map(({ unit }) => unit).join(', ')}.`,
        { details: { more } },
      );
    await this.ledger.raise(named.owner, raises, {
      id: newId(),
      actor: actorOf(caller).id,
      reason: reason === undefined ? undefined : boundedText(reason, textLimits.reason),
      at: new Date(this.clock.now()).toISOString(),
    });
  }

  async raises(scope: SharedBudgetScope, limit: number): Promise<SharedRaise[]> {
    const named = readScope(scope);
    await this.reach(named, 'budget.read');
    const stored = await this.ledger.raisesOf(named.owner, limit);
    return stored.map(({ actor, reason, at, raises }) => ({
      by: actor,
      ...(reason === undefined ? {} : { reason }),
      at: new Date(at),
      window: raises[0]?.window ?? '',
      more: Object.fromEntries(raises.map(({ unit, amount }) => [unit, amountOf(unit, amount)])),
    }));
  }

  /** The budgets of an owner, each with its accounts in the current window. @throws {InputValidationError} if there are none */
  private accountsOf({ scope, name, owner }: Named): BudgetAccounts[] {
    const { budgets } = this.budgets;
    const now = this.clock.now();
    const own = budgets.filter((budget) => budget.scope === scope && holdsFor(budgets, budget, name));
    if (own.length === 0)
      throw new InputValidationError(
        `No budget is set for ${owner}: the option \`budgets\` of the module has none of the scope ${scope}${budgets.some((one) => one.scope === scope) ? ' for it' : ''}.`,
      );
    return own.map((budget) => ({ budget, accounts: accountsOfOwner(budget, owner, now) }));
  }

  private oneOf(named: Named, window: BudgetWindow | undefined): BudgetAccounts {
    const all = this.accountsOf(named);
    const [one, ...others] =
      window === undefined ? all : all.filter(({ budget }) => budget.window === window);
    if (one && others.length === 0) return one;
    throw new InputValidationError(
      `Which budget of ${named.owner}? It has ${all.map(({ budget }) => budget.window ?? 'one without a window').join(', ')}: name one by \`window\`.`,
    );
  }

  private async reach(
    { scope, name, tenant, owner }: Named,
    operation: Operation,
    by?: Principal,
  ): Promise<Caller> {
    const caller = await this.access.caller(by, operation);
    const resource = {
      kind: 'budget',
      name: owner,
      ...(tenant === undefined ? {} : { tenant }),
      ...(scope === 'user' ? { owner: name } : {}),
    };
    if (scope === 'workflow' || scope === 'agent') {
      await this.access.assertShared(caller, operation, resource);
      return caller;
    }
    const reached = this.access.tenantOf(caller, operation);
    if (reached !== undefined && reached !== (tenant ?? null))
      throw new AccessDeniedError(`The budgets of ${owner} are of another tenant.`, {
        details: { operation },
      });
    await this.access.assert(caller, operation, resource);
    return caller;
  }
}

function readScope(given: unknown): Named {
  const tenant = readProperty(given, 'tenant');
  const names = (['user', 'workflow', 'agent'] as const).filter(
    (scope) => readProperty(given, scope) !== undefined,
  );
  const [scope = 'tenant'] = names;
  const name = readProperty(given, scope);
  if (
    names.length > 1 ||
    name === undefined ||
    (tenant !== undefined && scope !== 'user' && scope !== 'tenant')
  )
    throw new InputValidationError(
      `Whose budget? Name one: { runId }, ${sharedScopes.map((one) => `{ ${one} }`).join(', ')}; a user also with its tenant.`,
    );
  const composed = composedName(name, `The ${scope} of a budget`);
  const ofTenant = tenant === undefined ? undefined : composedName(tenant, 'The tenant of a budget');
  return { scope, name: composed, tenant: ofTenant, owner: ownerName(scope, composed, ofTenant) };
}
