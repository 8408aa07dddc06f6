import { Batcher, type Statements, type TableNames } from '../../database/index.js';
import type { StoredRun } from '../../journal/index.js';
import { type Claim, claimManyStatement, claimStatement, concurrencyLock } from './claim-statement.js';
import type { ClaimOptions, ConcurrencyLimits } from '../leases.js';

/** Runs that one statement may take. */
const mostClaims = 500;

/** A run that somebody here wants to take. */
interface ClaimRequest {
  readonly runId: string;
  readonly limits: ConcurrencyLimits;
  readonly poisonCandidate: boolean;
}

/** Takes runs for this worker. Claims that are asked for at the same time travel together. */
export class RunClaims {
  private readonly claims = new Batcher(
    (requests: readonly ClaimRequest[]) => this.claimAll(requests),
    mostClaims,
  );

  constructor(
    private readonly statements: Statements,
    private readonly tables: TableNames,
    private readonly claimer: () => Pick<Claim, 'workerId' | 'offset' | 'timeout'>,
  ) {}

  /** The row as it is then, or undefined. */
  async claim(runId: string, options: ClaimOptions = {}): Promise<StoredRun | undefined> {
    const { limits = {}, finished = false, poisonCandidate = false } = options;
    const attempt = (again: boolean): Claim => ({
      runId,
      ...this.claimer(),
      finished,
      poisonCandidate,
      again,
      limits,
    });
    const [row] = finished
      ? await this.statements.run<StoredRun>(
          claimStatement(this.tables, attempt(false), false),
          claimStatement(this.tables, attempt(true), false),
        )
      : await this.claims.request([{ runId, limits, poisonCandidate }]);
    return row ?? (Object.keys(limits).length > 0 ? this.claimSlot(attempt) : undefined);
  }

  /** One answer for each, in the same order. */
  private async claimAll(requests: readonly ClaimRequest[]): Promise<(StoredRun | undefined)[]> {
    const [first, ...others] = requests;
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
            requests.map(({ runId }) => runId),
            common(again),
            requests.filter(({ poisonCandidate }) => poisonCandidate).map(({ runId }) => runId),
          );
    const rows = await this.statements.run<StoredRun>(statement(false), statement(true));
    const byId = new Map(rows.map((row) => [row.id, row]));
    // Of two claims of one run, one has it.
    return requests.map(({ runId }) => {
      const row = byId.get(runId);
      byId.delete(runId);
      return row;
    });
  }

  /** In a transaction of its own: what the lock is waited for must not be counted before. */
  private claimSlot(claim: (again: boolean) => Claim): Promise<StoredRun | undefined> {
    return this.statements.together(async (send, attempt) => {
      const wanted = claim(attempt > 1);
      if ((await send(concurrencyLock(this.tables, wanted))).length === 0) return undefined;
      const [row] = await send<StoredRun>(claimStatement(this.tables, wanted, true));
      return row;
    });
  }
}
