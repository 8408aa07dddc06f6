/** Numbers of orders, invoices and customers: `MB-77120`, `MB-2026-10442`, `C-20417`. */
export function referencesIn(text: string): string[] {
  return [...new Set(text.match(/\b(?:MB-\d{4,}(?:-\d+)?|MB-\d{4}-\d+|C-\d{4,}|MS-\d-\d{6})\b/g) ?? [])];
}

/** Amounts of money as they were written: `23.80 EUR`, `89,00 €`. */
export function amountsIn(text: string): string[] {
  const found = text.match(/(?:\d[\d.,]*\s?(?:EUR|euros?|€|USD|CHF|GBP)|[€$£]\s?\d[\d.,]*)(?!\w)/gi);
  return [...new Set(found ?? [])];
}
