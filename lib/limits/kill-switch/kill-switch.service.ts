import { AccessControl, actorOf, type Caller } from '../../access/index.js';
import { AccessDeniedError, InputValidationError } from '../../errors/index.js';
import { Clock } from '../../clock/index.js';
import { boundedText, type Principal, textLimits } from '../../values/index.js';
import {
  type ActiveSwitch,
  type KillSwitchMode,
  killSwitchModes,
  withoutSwitch,
  withSwitch,
} from './kill-switch-state.js';
import { type KillSwitchChange, KillSwitchStore } from './kill-switch-store.js';
import type { KillSwitches } from './kill-switches.js';
import { type KillSwitchTarget, readTarget, type SwitchTarget, targetInWords } from './kill-switch-target.js';

export interface KillSwitchOptions {
  /** Goes on record, and is told to those whose starts are refused. */
  readonly reason: string;
  /** Who does it, where no caller is known; inside a request it is the caller. */
  readonly by?: Principal;
}

/** Most changes that are listed at once. */
const mostChanges = 500;

/**
 * Stops work at once, in all processes: everything, or that of a tenant, a workflow, a tool, an agent, a model or an MCP server.
 * What is refused waits and goes on when the switch is lifted; nothing fails by it.
 */
export class KillSwitchService {
  constructor(
    private readonly store: KillSwitchStore,
    private readonly switches: KillSwitches,
    private readonly access: AccessControl,
    private readonly clock: Clock,
    /** Tells the other processes. */
    private readonly announce: () => void,
  ) {}

  /**
   * Sets a switch, or changes the mode and the reason of one that is on.
   * @param options `mode`: `stop` refuses what has not begun yet; `halt` has what is going on begin nothing more, either
   * @throws {AccessDeniedError} {InputValidationError}
   * @example
   * await killSwitch.set({ tool: 'sendMail' }, { mode: 'stop', reason: 'wrong recipients' });
   */
  async set(
    target: KillSwitchTarget,
    options: KillSwitchOptions & { readonly mode: KillSwitchMode },
  ): Promise<ActiveSwitch> {
    const { mode } = options;
    if (!killSwitchModes.includes(mode))
      throw new InputValidationError(`The mode of a kill switch is one of ${killSwitchModes.join(', ')}.`);
    const change = await this.admitted(target, options);
    const set: ActiveSwitch = { ...change, mode };
    await this.change((switches) => withSwitch(switches, set), { ...change, mode });
    return set;
  }

  /** Lifts a switch: what it has stopped goes on. @throws {AccessDeniedError} {InputValidationError} if there is none for this target */
  async lift(target: KillSwitchTarget, options: KillSwitchOptions): Promise<void> {
    const change = await this.admitted(target, options);
    const { switches } = await this.store.read();
    if (withoutSwitch(switches, change.target).length === switches.length)
      throw new InputValidationError(
        `There is no kill switch for ${targetInWords(change.target)}. On: ${switches.map((one) => targetInWords(one.target)).join(', ') || 'none'}.`,
      );
    await this.change((current) => withoutSwitch(current, change.target), { ...change, mode: null });
  }

  /** The switches that are on; for who belongs to a tenant, those of that tenant. @throws {AccessDeniedError} */
  async list(): Promise<readonly ActiveSwitch[]> {
    const tenant = await this.reader();
    const { switches } = await this.store.read();
    return switches.filter(({ target }) => tenant === undefined || target.tenant === tenant);
  }

  /** What was done to the switches, the newest first. @param options `limit`: at most 500, @default 50 */
  async changes({ limit = 50 }: { readonly limit?: number } = {}): Promise<KillSwitchChange[]> {
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > mostChanges)
      throw new InputValidationError(`limit has to be a whole number from 1 to ${mostChanges}.`);
    return this.store.changes({ tenant: await this.reader(), limit });
  }

  private async change(...change: Parameters<KillSwitchStore['change']>): Promise<void> {
    await this.store.change(...change);
    this.announce();
    await this.switches.changed();
  }

  /** @returns what goes on record of a change */
  private async admitted(
    given: KillSwitchTarget,
    { reason, by }: KillSwitchOptions,
  ): Promise<{ target: SwitchTarget; reason: string; by: string; at: string }> {
    const target = readTarget(given);
    if (typeof reason !== 'string' || reason.trim() === '')
      throw new InputValidationError(
        'A kill switch needs a reason: it is told to those whose work it stops.',
      );
    const caller = await this.access.caller(by, 'killswitch.set');
    await this.assertReach(caller, target);
    return {
      target,
      reason: boundedText(reason, textLimits.reason),
      by: actorOf(caller).id,
      at: new Date(this.clock.now()).toISOString(),
    };
  }

  /** Who belongs to a tenant has only switches of that tenant. */
  private async assertReach(caller: Caller, target: SwitchTarget): Promise<void> {
    const tenant = this.access.tenantOf(caller, 'killswitch.set');
    if (tenant !== undefined && tenant !== target.tenant)
      throw new AccessDeniedError(
        tenant === null
          ? `The kill switch for ${targetInWords(target)} takes a role of the platform with killswitch.set.`
          : `A principal of the tenant ${tenant} can operate only switches of that tenant: name it in the target ({ …, tenant: '${tenant}' }).`,
        { details: { operation: 'killswitch.set' } },
      );
    await this.access.assert(caller, 'killswitch.set', resourceOf(target));
  }

  /** @returns whose switches a caller sees; undefined for all */
  private async reader(): Promise<string | undefined> {
    const caller = await this.access.caller(undefined, 'killswitch.set');
    const tenant = this.access.tenantOf(caller, 'killswitch.set');
    if (tenant === null)
      throw new AccessDeniedError('The kill switch takes a role of the platform with killswitch.set.', {
        details: { operation: 'killswitch.set' },
      });
    await this.access.assert(caller, 'killswitch.set', {
      kind: 'killswitch',
      ...(tenant === undefined ? {} : { tenant }),
    });
    return tenant;
  }
}

function resourceOf(target: SwitchTarget) {
  return {
    kind: 'killswitch',
    name: targetInWords(target),
    ...(target.tenant === undefined ? {} : { tenant: target.tenant }),
  };
}
