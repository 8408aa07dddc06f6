import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import {
  Batcher,
  type Column,
  names,
  nowPlus,
  Parameters,
  type Statement,
  Statements,
  type TableNames,
  tableNames,
} from '../../database/index.js';
import { type RateAsk, RateBuckets, type RateTaken } from './rate-buckets.js';

interface StoredTaken {
  readonly key: string;
  /** Null where the bucket has no row yet. */
  readonly taken: string | null;
  readonly wait: number | null;
}

const largestBatch = 200;

const columns: readonly Column<RateAsk>[] = [
  ['key', 'text', ({ key }) => key],
  ['amount', 'double precision', ({ amount }) => amount],
  ['capacity', 'double precision', ({ capacity }) => capacity],
  ['span', 'double precision', ({ window }) => window],
  ['returned', 'double precision', ({ returned }) => returned],
  ['may_owe', 'boolean', ({ mayOwe }) => mayOwe],
];

/** The buckets in PostgreSQL. A statement that is sent twice takes twice: what is lost by that is not used by anybody. */
export class TypeOrmRateBuckets extends RateBuckets {
  private readonly statements: Statements;
  private readonly tables: TableNames;
  private readonly asks = new Batcher<RateAsk, RateTaken>((asks) => this.takeAll(asks), largestBatch);

  constructor(
    dataSource: DataSource,
    private readonly clock: Clock,
  ) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
  }

  take(asks: readonly RateAsk[]): Promise<readonly RateTaken[]> {
    return this.asks.request(asks);
  }

  async prune(age: number): Promise<void> {
    const now = nowPlus('$1::double precision');
    await this.statements.count({
      name: 'nestor_prune_buckets',
      // What is owed takes longer to be filled.
      text: `DELETE FROM ${this.tables.bucket} WHERE level >= 0 AND at < ${now} - $2::double precision * interval '1 millisecond'`,
      values: [this.clock.offset(), age],
    });
  }

  /** One statement takes from each bucket once: further asks for the same one follow in the next. */
  private async takeAll(asks: readonly RateAsk[]): Promise<readonly RateTaken[]> {
    const taken = new Map<RateAsk, RateTaken>();
    for (let open = asks; open.length > 0; open = open.filter((ask) => !taken.has(ask))) {
      const first = new Map<string, RateAsk>();
      for (const ask of open) if (!first.has(ask.key)) first.set(ask.key, ask);
      const batch = [...first.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
      const rows = await this.statements.run<StoredTaken>(
        takeStatement(this.tables, batch, this.clock.offset()),
      );
      const missing = rows.filter((row) => row.taken === null);
      if (missing.length > 0)
        await this.open(batch.filter(({ key }) => missing.some((row) => row.key === key)));
      for (const row of rows) {
        const ask = first.get(row.key);
        if (ask && row.taken !== null) taken.set(ask, { taken: Number(row.taken), wait: row.wait ?? 0 });
      }
    }
    return asks.flatMap((ask) => taken.get(ask) ?? []);
  }

  /** A bucket that nobody has taken from yet is full. */
  private async open(asks: readonly RateAsk[]): Promise<void> {
    const parameters = new Parameters();
    const rows = parameters.unnest(asks, columns);
    const now = nowPlus(parameters.add(this.clock.offset(), 'double precision'));
    await this.statements.count({
      name: 'nestor_open_buckets',
      text: `INSERT INTO ${this.tables.bucket} (key, level, at)
        SELECT key, capacity, ${now} FROM ${rows} AS a (${names(columns)}) ORDER BY key
        ON CONFLICT DO NOTHING`,
      values: parameters.values,
    });
  }
}

/** The same as `takeFrom`, for many buckets. What is taken to be at hand depends on how many workers there are. */
function takeStatement(tables: TableNames, asks: readonly RateAsk[], offset: number): Statement {
  const parameters = new Parameters();
  const rows = parameters.unnest(asks, columns);
  const now = nowPlus(parameters.add(offset, 'double precision'));
  return {
    name: 'nestor_take_rates',
    text: `
      WITH asked AS (SELECT * FROM ${rows} AS a (${names(columns)})),
      locked AS MATERIALIZED (
        SELECT b.key, b.level, b.at FROM ${tables.bucket} b JOIN asked a ON a.key = b.key
        ORDER BY b.key FOR NO KEY UPDATE OF b
      ),
      standing AS (
        SELECT a.*, least(a.capacity, l.level + a.returned
          + greatest(0, extract(epoch FROM ${now} - l.at)::float8 * 1000) * a.capacity / a.span) AS level
        FROM asked a JOIN locked l ON l.key = a.key
      ),
      decided AS MATERIALIZED (
        SELECT s.key, s.level, ceil(greatest(0, s.amount - s.level) * s.span / s.capacity) AS wait,
          CASE WHEN s.amount <= s.level THEN s.amount + least(floor(s.level - s.amount), p.spare)
            WHEN s.may_owe THEN s.amount ELSE 0 END AS taken
        FROM standing s CROSS JOIN LATERAL (
          SELECT greatest(0, floor(s.capacity / (4 * greatest(1, (SELECT count(*) FROM ${tables.worker})))) - s.amount) AS spare
        ) p
      ),
      updated AS (
        UPDATE ${tables.bucket} b SET level = d.level - d.taken, at = ${now} FROM decided d WHERE b.key = d.key
      )
      SELECT a.key, d.taken, d.wait FROM asked a LEFT JOIN decided d ON d.key = a.key`,
    values: parameters.values,
  };
}
