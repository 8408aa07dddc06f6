import { dollarsInWords } from '../values/index.js';
import type { BudgetUnit } from './records/record-facts.js';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** An amount of a budget as people read it: `$0.0123`, `1,200 tokens`, `1 call`. */
export function amountInWords(unit: BudgetUnit, amount: number): string {
  if (unit === 'usd') return dollarsInWords(amount);
  return `${whole.format(amount)} ${amount === 1 ? unit.slice(0, -1) : unit}`;
}
