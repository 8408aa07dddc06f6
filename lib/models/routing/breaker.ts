import { type Clock, milliseconds } from '../../clock/index.js';
import { logSafely } from '../../errors/index.js';
import type { BreakerOptions } from './breaker-options.js';

/** What a breaker knows. Times are in milliseconds of a clock that is never set back. */
export interface BreakerState {
  /** When requests have failed that still count. */
  readonly failures: readonly number[];
  /** Since when the model is left out; absent while it is asked. */
  readonly openedAt?: number | undefined;
}

/** In milliseconds. */
export interface BreakerSettings {
  readonly failures: number;
  readonly within: number;
  readonly cooldown: number;
}

export const closed: BreakerState = { failures: [] };

/** A request has failed: one that was tried while the model is left out has it be left out for longer. */
export function afterFailure(state: BreakerState, settings: BreakerSettings, now: number): BreakerState {
  if (state.openedAt !== undefined) return { failures: [], openedAt: now };
  const failures = [...state.failures.filter((at) => at > now - settings.within), now];
  return failures.length < settings.failures ? { failures } : { failures: [], openedAt: now };
}

/** Milliseconds until a model may be asked. 0: now. */
export function cooldownOf({ openedAt }: BreakerState, { cooldown }: BreakerSettings, now: number): number {
  return openedAt === undefined ? 0 : Math.max(0, openedAt + cooldown - now);
}

/** Leaves a model out that has failed too often, for a while. */
export class Breaker {
  private state = closed;
  private readonly settings: BreakerSettings;

  constructor(
    /** `openai/gpt-5-mini` */
    private readonly model: string,
    private readonly alias: string,
    { failures = 5, within = '30s', cooldown = '1m' }: BreakerOptions,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {
    this.settings = { failures, within: milliseconds(within), cooldown: milliseconds(cooldown) };
  }

  /** Milliseconds until the model may be asked. 0: now. */
  get wait(): number {
    return cooldownOf(this.state, this.settings, this.clock.monotonic());
  }

  /** Whether it may be asked now. After the cooldown that is one request: for the others another cooldown begins. */
  admits(): boolean {
    if (this.wait > 0) return false;
    if (this.state.openedAt !== undefined) this.state = { failures: [], openedAt: this.clock.monotonic() };
    return true;
  }

  answered(): void {
    if (this.state.openedAt === undefined) return;
    this.state = closed;
    logSafely('log', `${this.model} of the alias '${this.alias}' answers again.`);
  }

  failed(): void {
    const before = this.state;
    this.state = afterFailure(before, this.settings, this.clock.monotonic());
    if (before.openedAt !== undefined || this.state.openedAt === undefined) return;
    const { failures, within, cooldown } = this.settings;
    logSafely(
      'warn',
      `${this.model} of the alias '${this.alias}' has failed ${failures} times within ${within} ms: it is not asked for ${cooldown} ms.`,
    );
  }
}

/** The breakers of a process: one for each model of an alias that has any. */
export class Breakers {
  private readonly known = new Map<string, Breaker>();

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  of(model: string, alias: string, options: BreakerOptions): Breaker {
    const name = `${alias} ${model}`;
    const known = this.known.get(name) ?? new Breaker(model, alias, options, this.clock);
    this.known.set(name, known);
    return known;
  }
}
