import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JsonValue } from '../../../values/index.js';
import { wholeNumber } from '../../statements/whole-number.js';

/** Columns of what belongs to one unit of the budgets of one owner in one window. Amounts are whole: nano-dollars, tokens, calls. */
function keyColumn(name: string, key: string) {
  // Sorted by code units, in all databases: all processes lock in one order.
  return PrimaryColumn({ name, type: 'varchar', collation: 'C', primaryKeyConstraintName: key });
}

function amountColumn(name: string) {
  return Column({ name, type: 'bigint', default: 0, transformer: wholeNumber });
}

/** A budget that many runs share. */
@Entity({ name: 'orchestration_budget' })
export class BudgetRow {
  /** `tenant acme`, `user acme/ana`, `workflow refund`, `agent clerk`. */
  @keyColumn('owner', 'orchestration_budget_pkey')
  owner!: string;

  @keyColumn('unit', 'orchestration_budget_pkey')
  unit!: 'usd' | 'tokens' | 'calls';

  /** `1d 2026-11-30 Europe/Berlin`. */
  @keyColumn('window', 'orchestration_budget_pkey')
  window!: string;

  /** As it was configured when something was last set aside. */
  @amountColumn('lim')
  limit!: number;

  /** What people have added to the limit. */
  @amountColumn('raised')
  raised!: number;

  @amountColumn('used')
  used!: number;

  /** Set aside for calls in flight. */
  @amountColumn('reserved')
  reserved!: number;

  /** It was said that the soft limit was reached. */
  @Column({ name: 'warned', type: 'boolean', default: false })
  warned!: boolean;
}

/** What of a budget one process has set aside. */
@Entity({ name: 'orchestration_hold' })
export class HoldRow {
  @keyColumn('owner', 'orchestration_hold_pkey')
  owner!: string;

  @keyColumn('unit', 'orchestration_hold_pkey')
  unit!: 'usd' | 'tokens' | 'calls';

  @keyColumn('window', 'orchestration_hold_pkey')
  window!: string;

  @PrimaryColumn({
    name: 'worker_id',
    type: 'uuid',
    primaryKeyConstraintName: 'orchestration_hold_pkey',
  })
  workerId!: string;

  @amountColumn('reserved')
  reserved!: number;
}

/** What calls of one process have used, and is not booked in the budget yet. Only that process writes it. */
@Entity({ name: 'orchestration_settled' })
export class SettledRow {
  @PrimaryColumn({
    name: 'worker_id',
    type: 'uuid',
    primaryKeyConstraintName: 'orchestration_settled_pkey',
  })
  workerId!: string;

  @keyColumn('owner', 'orchestration_settled_pkey')
  owner!: string;

  @keyColumn('unit', 'orchestration_settled_pkey')
  unit!: 'usd' | 'tokens' | 'calls';

  @keyColumn('window', 'orchestration_settled_pkey')
  window!: string;

  /** What was set aside for those calls. */
  @amountColumn('estimate')
  estimate!: number;

  @amountColumn('actual')
  actual!: number;
}

/** The last statement of a process that has changed budgets: sent again, it changes nothing. */
@Entity({ name: 'orchestration_ledger' })
export class LedgerRow {
  @PrimaryColumn({
    name: 'worker_id',
    type: 'uuid',
    primaryKeyConstraintName: 'orchestration_ledger_pkey',
  })
  workerId!: string;

  @Column({ name: 'batch', type: 'bigint', transformer: wholeNumber })
  batch!: number;
}

/** What people have added to the budgets of an owner. */
@Entity({ name: 'orchestration_budget_raise' })
@Index('orchestration_budget_raise_owner', ['owner', 'at'])
export class BudgetRaiseRow {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'orchestration_budget_raise_pkey' })
  id!: string;

  @Column({ name: 'owner', type: 'varchar' })
  owner!: string;

  /** By unit and window, in whole numbers. */
  @Column({ name: 'raises', type: 'json' })
  raises!: JsonValue;

  /** Id of who has done it. */
  @Column({ name: 'actor', type: 'varchar' })
  actor!: string;

  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: string | null;

  @Column({ name: 'at', type: 'timestamptz' })
  at!: Date;
}
