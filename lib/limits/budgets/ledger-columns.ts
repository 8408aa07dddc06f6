import { type Column, names, type TableNames } from '../../database/index.js';
import type { AccountKey, Settlement } from '../../journal/index.js';
import { limitOfOwner } from './budget-ledger.js';

/** Of what is sent by one process: its number, so that what is sent twice changes nothing twice. */
export interface Batch {
  readonly workerId: string;
  readonly number: number;
}

export const keyColumns = [
  ['owner', 'text', ({ owner }) => owner],
  ['unit', 'text', ({ unit }) => unit],
  ['window', 'text', ({ window }) => window],
] as const satisfies readonly Column<AccountKey>[];

export const settlementColumns: readonly Column<Settlement>[] = [
  ['worker_id', 'uuid', ({ workerId }) => workerId],
  ...keyColumns,
  ['estimate', 'bigint', ({ estimate }) => estimate],
  ['actual', 'bigint', ({ actual }) => actual],
];

export const keyNames = names(keyColumns);

/** Whether rows of two relations are of one account. */
export function same(a: string, b: string): string {
  return keyColumns.map(([name]) => `${a}."${name}" = ${b}."${name}"`).join(' AND ');
}

export function keysOf(table: string): string {
  return names(keyColumns, `${table}.`);
}

/** The generation of the limit that the budgets of an owner are. */
export function generationOf({ limit }: TableNames, table: string): string {
  return `coalesce((SELECT generation FROM ${limit} WHERE name = '${limitOfOwner('')}' || ${table}.owner), 0)`;
}
