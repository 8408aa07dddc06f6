import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Measurement, medians } from './measurement.js';
import { plot } from './plot.js';

/** Figures on disk: of every round as it comes (`.rounds.jsonl`), their medians (`.jsonl`), and the picture (`.svg`). */
export class Results {
  constructor(private readonly path: string) {}

  /** A line at once, so that nothing is lost if somebody ends the comparison. */
  add(figure: Measurement): void {
    appendFileSync(this.rounds, `${JSON.stringify(figure)}\n`);
  }

  clear(): void {
    writeFileSync(this.rounds, '');
  }

  /** Writes the medians and the picture of all rounds so far. */
  summarise(): Measurement[] {
    const found = medians(linesOf(this.rounds));
    writeFileSync(`${this.path}.jsonl`, found.map((one) => `${JSON.stringify(one)}\n`).join(''));
    writeFileSync(`${this.path}.svg`, plot(found));
    return found;
  }

  /** The medians as they were written. */
  read(): Measurement[] {
    return linesOf(`${this.path}.jsonl`);
  }

  private get rounds(): string {
    return `${this.path}.rounds.jsonl`;
  }
}

function linesOf(path: string): Measurement[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  // Written by this very program.
  return lines.map((line) => JSON.parse(line) as Measurement);
}
