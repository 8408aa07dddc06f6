const colourful = process.stdout.isTTY === true && !process.env['NO_COLOR'];

const codes = { dim: 2, bold: 1, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** The text in that style, where the terminal shows it and nobody asked for `NO_COLOR`. */
export function styled(text: string, style: keyof typeof codes): string {
  return colourful ? `\u001B[${codes[style]}m${text}\u001B[0m` : text;
}

export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Lines of a table whose columns are as wide as their longest cell; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const numeric = head.map((_, column) => rows.every((row) => /^[$\d]/.test(row[column] ?? '')));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)];
}
