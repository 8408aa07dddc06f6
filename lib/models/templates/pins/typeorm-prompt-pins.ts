import type { DataSource } from 'typeorm';
import type { Clock } from '../../../clock/index.js';
import { nowPlus, Statements, type TableNames, tableNames } from '../../../database/index.js';
import { newId } from '../../../values/index.js';
import { type PromptPinChange, PromptPins } from './prompt-pins.js';

/** Pins in the host's database. */
export class TypeOrmPromptPins extends PromptPins {
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

  async read(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.statements.run<{ name: string; version: string | null }>({
      name: 'nestor_prompt_pins',
      text: `SELECT DISTINCT ON (name) name, version FROM ${this.tables.promptPin} ORDER BY name, at DESC, id DESC`,
      values: [],
    });
    return new Map(rows.flatMap(({ name, version }) => (version === null ? [] : [[name, version]])));
  }

  async change({ name, version, reason, by }: Omit<PromptPinChange, 'at'>): Promise<void> {
    await this.statements.count({
      name: 'nestor_pin_prompt',
      text: `INSERT INTO ${this.tables.promptPin} (id, name, version, reason, actor, at)
        VALUES ($1, $2, $3, $4, $5, ${nowPlus('$6::double precision')})`,
      values: [newId(), name, version, reason, by, this.clock.offset()],
    });
  }

  changes(limit: number): Promise<readonly PromptPinChange[]> {
    return this.statements.run<PromptPinChange>({
      name: 'nestor_prompt_pin_changes',
      text: `SELECT name, version, reason, actor AS by, at FROM ${this.tables.promptPin} ORDER BY at DESC, id DESC LIMIT $1`,
      values: [limit],
    });
  }
}
