import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { killSwitchLimit, nowPlus, Statements, type TableNames, tableNames } from '../../database/index.js';
import { type ActiveSwitch, type KillSwitchState, nothingStopped } from './kill-switch-state.js';
import { type KillSwitchChange, type KillSwitchChanges, KillSwitchStore } from './kill-switch-store.js';

interface StoredState {
  readonly generation: string | number;
  readonly value: readonly ActiveSwitch[] | null;
}

type StoredChange = Omit<KillSwitchChange, 'generation'> & { readonly generation: string | number };

/** The switches in the host's database. */
export class TypeOrmKillSwitchStore extends KillSwitchStore {
  readonly local = undefined;
  private readonly statements: Statements;
  private readonly tables: TableNames;

  constructor(
    dataSource: DataSource,
    private readonly clock: Clock,
  ) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
  }

  async read(): Promise<KillSwitchState> {
    const [row] = await this.statements.run<StoredState>({
      name: 'nestor_kill_switch',
      text: `SELECT generation, value FROM ${this.tables.limit} WHERE name = '${killSwitchLimit}'`,
      values: [],
    });
    return row ? stateOf(row) : nothingStopped;
  }

  async change(
    apply: (switches: readonly ActiveSwitch[]) => readonly ActiveSwitch[],
    change: Omit<KillSwitchChange, 'generation' | 'at'> & { readonly at: string },
  ): Promise<KillSwitchState> {
    for (;;) {
      const { generation, switches } = await this.read();
      const changed = await this.write(generation, apply(switches), change);
      if (changed) return changed;
    }
  }

  async changes({ tenant, limit }: KillSwitchChanges): Promise<KillSwitchChange[]> {
    const rows = await this.statements.run<StoredChange>({
      name: 'nestor_kill_switch_changes',
      text: `SELECT generation, target, mode, reason, actor AS by, at FROM ${this.tables.killSwitchChange}
        WHERE $1::varchar IS NULL OR target ->> 'tenant' = $1 ORDER BY generation DESC LIMIT $2`,
      values: [tenant ?? null, limit],
    });
    return rows.map((row) => ({ ...row, generation: Number(row.generation) }));
  }

  /** Undefined where somebody else has changed the switches meanwhile. */
  private async write(
    seen: number,
    switches: readonly ActiveSwitch[],
    { target, mode, reason, by, at }: Omit<KillSwitchChange, 'generation' | 'at'> & { readonly at: string },
  ): Promise<KillSwitchState | undefined> {
    const { limit, killSwitchChange } = this.tables;
    const [row] = await this.statements.run<StoredState>({
      name: 'nestor_set_kill_switch',
      text: `
        WITH changed AS (
          INSERT INTO ${limit} AS l (name, generation, value, changed_at)
          VALUES ('${killSwitchLimit}', $1::bigint + 1, $2::json, ${nowPlus('$8::double precision')})
          ON CONFLICT (name) DO UPDATE SET generation = excluded.generation, value = excluded.value, changed_at = excluded.changed_at
            WHERE l.generation = $1::bigint
          RETURNING generation, value
        ), noted AS (
          INSERT INTO ${killSwitchChange} (generation, target, mode, reason, actor, at)
          SELECT generation, $3::json, $4, $5, $6, $7::timestamptz FROM changed
        )
        SELECT generation, value FROM changed`,
      values: [
        seen,
        JSON.stringify(switches),
        JSON.stringify(target),
        mode,
        reason,
        by,
        at,
        this.clock.offset(),
      ],
    });
    return row && stateOf(row);
  }
}

function stateOf({ generation, value }: StoredState): KillSwitchState {
  return { generation: Number(generation), switches: value ?? [] };
}
