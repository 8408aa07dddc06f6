/** Longest wait that another party may ask for, in milliseconds: a year. What asks for more is a mistake, and is ignored. */
const longestAskedWait = 365 * 86_400_000;

/** Whether that is a wait that another party may ask for, in milliseconds: a finite number from 0 to a year. */
export function isAskedWait(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= longestAskedWait;
}
