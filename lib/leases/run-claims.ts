import { Gathering, type Statements, type TableNames } from '../database/index.js';
import type { StoredRun } from '../journal/index.js';
import { type Claim, claimManyStatement, claimStatement, placeLock } from './claim-statement.js';
import type { ClaimOptions, Limits } from './leases.js';

/** Runs that one statement may take. */
const mostClaims = 500;

/** A run that somebody here wants to take. */
interface Wanted {
  readonly runId: string;
  readonly limits: Limits;
  readonly suspect: boolean;
}

/** Takes runs for this worker. Claims that are asked for at the same time travel together. */
export class RunClaims {
  private readonly claims = new Gathering((wanted: readonly Wanted[]) => this.claimAll(wanted), mostClaims);

  constructor(
    private readonly statements: Statements,
    private readonly tables: TableNames,
    private readonly claimer: () => Pick<Claim, 'workerId' | 'offset' | 'timeout'>,
  ) {}

  /** The row as it is then, or undefined. */
  async claim(runId: string, options: ClaimOptions = {}): Promise<StoredRun | undefined> {
    const { limits = {}, finished = false, suspect = false } = options;
    const attempt = (again: boolean): Claim => ({
      runId,
      ...this.claimer(),
      finished,
      suspect,
      again,
      limits,
    });
    const [row] = finished
      ? await this.statements.run<StoredRun>(
          claimStatement(this.tables, attempt(false), false),
          claimStatement(this.tables, attempt(true), false),
        )
      : await this.claims.ask([{ runId, limits, suspect }]);
    return row ?? (Object.keys(limits).length > 0 ? this.claimPlace(attempt) : undefined);
  }

  /** One answer for each, in the same order. */
  private async claimAll(wanted: readonly Wanted[]): Promise<(StoredRun | undefined)[]> {
    const [first, ...others] = wanted;
    if (!first) return [];
    const common = (again: boolean) => ({
      ...this.claimer(),
      again,
      // Those of this process's definitions: the same for all.
      limits: first.limits,
    });
    const statement = (again: boolean) =>
      others.length === 0
        ? claimStatement(this.tables, { ...common(again), ...first, finished: false }, false)
        : claimManyStatement(
            this.tables,
            wanted.map(({ runId }) => runId),
            common(again),
            wanted.filter(({ suspect }) => suspect).map(({ runId }) => runId),
          );
    const rows = await this.statements.run<StoredRun>(statement(false), statement(true));
    const byId = new Map(rows.map((row) => [row.id, row]));
    // Of two claims of one run, one has it.
    return wanted.map(({ runId }) => {
      const row = byId.get(runId);
      byId.delete(runId);
      return row;
    });
  }

  /** In a transaction of its own: what the lock is waited for must not be counted before. */
  private claimPlace(claim: (again: boolean) => Claim): Promise<StoredRun | undefined> {
    return this.statements.together(async (send, attempt) => {
      const wanted = claim(attempt > 1);
      if ((await send(placeLock(this.tables, wanted))).length === 0) return undefined;
      const [row] = await send<StoredRun>(claimStatement(this.tables, wanted, true));
      return row;
    });
  }
}
