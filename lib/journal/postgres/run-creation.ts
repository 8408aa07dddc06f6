import { Batcher, type Statements, type TableNames, hexOf } from '../../database/index.js';
import { type Instrumentation, instrumented } from '../../scope/index.js';
import type { Created } from '../journal.js';
import { type PreparedRun, heldRunOf } from '../new-run.js';
import { createStatement, type ExistingRun, existingStatement } from './create-statement.js';

/** Runs that one statement may insert. */
const largestCreation = 1_000;

export interface RunCreationPorts {
  readonly statements: Statements;
  readonly tables: TableNames;
  readonly instrumentation: Instrumentation | undefined;
  /** The clock's offset in milliseconds. */
  offset(): number;
}

/** Inserts new runs with their first records: all that come while a statement is on its way with the next one. */
export class RunCreation {
  private readonly creations = new Batcher(
    (runs: readonly PreparedRun[]) => this.createAll(runs),
    largestCreation,
  );

  constructor(private readonly ports: RunCreationPorts) {}

  create(runs: readonly PreparedRun[]): Promise<readonly Created[]> {
    return this.creations.request(runs);
  }

  private async createAll(prepared: readonly PreparedRun[]): Promise<Created[]> {
    const once = [...new Map(prepared.toReversed().map((run) => [run.row.id, run])).values()];
    const records = once.reduce((sum, run) => sum + run.records.length, 0);
    const written = await instrumented(
      this.ports.instrumentation,
      'commit',
      () => ({ runs: once.length, records }),
      () => this.insert(once),
    );
    const inserted = new Set(written);
    const rest = prepared.filter((run) => !(inserted.has(run.row.id) && once.includes(run)));
    const existing = rest.length === 0 ? [] : await this.existing(rest);
    return prepared.map((run) => createdOf(run, rest.includes(run), existing));
  }

  private async insert(runs: readonly PreparedRun[]): Promise<string[]> {
    if (runs.length === 0) return [];
    const { statements, tables, offset } = this.ports;
    const statement = createStatement(tables, runs, offset());
    return (await statements.run<{ id: string }>(statement)).map(({ id }) => id);
  }

  private existing(runs: readonly PreparedRun[]): Promise<ExistingRun[]> {
    const { statements, tables } = this.ports;
    return statements.run<ExistingRun>(existingStatement(tables, runs));
  }
}

/**
 * What became of a run that was to be inserted.
 * @param left whether the statement left it out, since its id or its key was there before
 */
function createdOf(run: PreparedRun, left: boolean, existing: readonly ExistingRun[]): Created {
  const { row, records } = run;
  const held = row.workerId === null ? {} : { held: heldRunOf(run) };
  if (!left) return { outcome: 'created', runId: row.id, ...held };
  const found = existing.find(({ wanted }) => wanted === row.id);
  if (!found) throw new Error(`Run ${row.id} was neither inserted nor found: it was deleted in between`);
  if (found.id === row.id && found.hash && hexOf(found.hash) === records[0]?.hash) {
    const isOurs = found.worker_id === row.workerId && found.lease_epoch === row.leaseEpoch;
    return { outcome: 'created', runId: row.id, ...(isOurs ? held : {}) };
  }
  return { outcome: 'existing', runId: found.id, sameInput: hexOf(found.input_hash) === row.inputHash };
}
