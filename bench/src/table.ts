import { cpus, loadavg } from 'node:os';
import { onServer } from './database.js';
import { groupBy, type Measurement } from './measurement.js';
import type { Sizes } from './sizes.js';

/** A Markdown table: a line for each figure, a column for each engine. */
export function table(found: readonly Measurement[]): string {
  const names = [...new Set(found.map(({ engine }) => engine))];
  const lines = groupBy(found, ({ workload, metric, unit }) => `${workload}: ${metric} (${unit})`);
  const rows = [...lines].map(([title, figures]) => [
    title,
    ...names.map((name) => shown(figures.find(({ engine }) => engine === name)?.value)),
  ]);
  const header = ['', ...names];
  const widths = header.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(Math.max(1, width - 1))}:`)).join(' | ')} |`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** What a reader must know to judge the figures. */
export async function environment({ rounds }: Sizes): Promise<string> {
  const version = await onServer(async (client) => {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version ?? '?';
  });
  const all = cpus();
  const [load = 0] = loadavg();
  return [
    `Node ${process.versions.node}`,
    `PostgreSQL ${version}`,
    `${all.length} × ${all[0]?.model.trim() ?? '?'}`,
    // Above the number of processors, others were measured too.
    `load average ${load.toFixed(1)}`,
    new Date().toISOString().slice(0, 16).replace('T', ' '),
    `${rounds} rounds, engines in turn`,
  ].join(', ');
}

function shown(value: number | undefined): string {
  if (value === undefined) return '–';
  const size = Math.abs(value);
  if (size >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
