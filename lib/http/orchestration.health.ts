import { Injectable } from '@nestjs/common';
import { Clock, type Duration, milliseconds } from '../clock/index.js';
import { errorMessage } from '../errors/index.js';
import { Leases } from '../leases/index.js';

/** The shape that `@nestjs/terminus` wants of an indicator, without importing it. */
export type HealthResult<Key extends string> = Record<
  Key,
  { readonly status: 'up' | 'down'; readonly [fact: string]: unknown }
>;

export interface HealthOptions {
  /**
   * How long a due run may wait for a worker.
   * @default '1m'
   */
  readonly maximumDelay?: Duration | undefined;
}

/**
 * Whether the database answers and due runs find a worker.
 *
 * @example
 * health.check([() => orchestrationHealth.check('orchestration')])
 */
@Injectable()
export class OrchestrationHealthIndicator {
  constructor(
    private readonly leases: Leases,
    private readonly clock: Clock,
  ) {}

  async check<const Key extends string = 'orchestration'>(
    // the default type and the default value belong together
    key: Key = 'orchestration' as Key,
    { maximumDelay = '1m' }: HealthOptions = {},
  ): Promise<HealthResult<Key>> {
    return { [key]: await this.facts(milliseconds(maximumDelay)) } as HealthResult<Key>;
  }

  private async facts(maximumDelay: number): Promise<HealthResult<string>[string]> {
    try {
      const wake = await this.leases.nextWake();
      const delay = wake === undefined ? 0 : Math.max(0, this.clock.now() - Date.parse(wake));
      const database = 'up';
      if (delay === 0) return { status: 'up', database };
      const status = delay > maximumDelay ? 'down' : 'up';
      return { status, database, oldestDueWake: wake, delay };
    } catch (error) {
      return {
        status: 'down',
        database: 'down',
        message: errorMessage(error),
      };
    }
  }
}
