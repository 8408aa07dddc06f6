import { sha256 } from '../../values/index.js';

/** Of a template: which share of runs gets which version, by weights. */
export type VersionSplit = Readonly<Record<string, number>>;

/** What says which version of a template is taken; the first that says something counts. */
export interface VersionChoice {
  /** Of the call. */
  readonly asked?: string | undefined;
  /** At run time. */
  readonly pinned?: string | undefined;
  /** In the module options. */
  readonly configured?: string | undefined;
  readonly split?: VersionSplit | undefined;
  readonly newest: string;
}

/** @param run by which runs are split: the same run always gets the same version */
export function chosenVersion(
  { asked, pinned, configured, split, newest }: VersionChoice,
  name: string,
  run: string,
): string {
  return asked ?? pinned ?? configured ?? (split ? ofSplit(split, `${name} ${run}`) : newest);
}

/** Versions in the order of their weights' names, so that the order in which they are written does not matter. */
function ofSplit(split: VersionSplit, key: string): string {
  const versions = Object.entries(split).toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  const total = versions.reduce((sum, [, weight]) => sum + weight, 0);
  let place = (Number.parseInt(sha256(key).slice(0, 12), 16) / 2 ** 48) * total;
  for (const [version, weight] of versions) {
    if (place < weight) return version;
    place -= weight;
  }
  return versions.at(-1)?.[0] ?? '';
}
