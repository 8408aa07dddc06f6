export interface Labelled {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

export interface Line {
  readonly text: string;
  readonly expected: readonly Labelled[];
}

export interface Score {
  readonly kind: string;
  readonly labelled: number;
  readonly found: number;
  readonly correct: number;
  readonly precision: number;
  readonly recall: number;
}

export interface Mistake {
  readonly text: string;
  readonly missed: readonly Labelled[];
  readonly wrong: readonly Labelled[];
}

export interface Result {
  readonly scores: readonly Score[];
  readonly mistakes: readonly Mistake[];
  readonly quiet: { readonly lines: number; readonly alarms: number };
}

export const thresholds: Readonly<Record<string, { readonly precision: number; readonly recall: number }>>;
export function labelledLines(): readonly Line[];
export function score(lines: readonly Line[], find: (text: string) => readonly Labelled[]): Result;
export function belowThreshold(scores: readonly Score[]): readonly string[];
export function tableRows(scores: readonly Score[]): readonly string[];
