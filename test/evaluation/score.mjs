/**
 * Counts what detectors find of labelled texts. A find counts if it has the kind of a label and the same characters, but
 * for punctuation around them (`(+49) 30 …` or `+49) 30 …`) and the extension of a telephone number.
 *
 * @typedef {{ kind: string, start: number, end: number }} Labelled
 * @typedef {{ text: string, expected: readonly Labelled[] }} Line
 * @typedef {{ kind: string, labelled: number, found: number, correct: number, precision: number, recall: number }} Score
 * @typedef {{ text: string, missed: readonly Labelled[], wrong: readonly Labelled[] }} Mistake
 */
import { readFileSync } from 'node:fs';

/** Below these `npm run evaluate` and the suite fail. */
export const thresholds = {
  card: { precision: 0.99, recall: 0.95 },
  email: { precision: 0.97, recall: 0.93 },
  iban: { precision: 0.99, recall: 0.98 },
  nationalId: { precision: 0.97, recall: 0.85 },
  phone: { precision: 0.97, recall: 0.95 },
};

/** @returns {readonly Line[]} */
export function labelledLines() {
  const file = readFileSync(new URL('./pii.jsonl', import.meta.url), 'utf8');
  return file
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/**
 * @param {readonly Line[]} lines
 * @param {(text: string) => readonly Labelled[]} find
 * @returns {{ scores: readonly Score[], mistakes: readonly Mistake[], quiet: { lines: number, alarms: number } }}
 */
export function score(lines, find) {
  const counts = new Map(
    Object.keys(thresholds).map((kind) => [kind, { labelled: 0, found: 0, correct: 0 }]),
  );
  const mistakes = [];
  const quiet = { lines: 0, alarms: 0 };
  for (const { text, expected } of lines) {
    const found = find(text);
    const isSame = (a, b) =>
      a.kind === b.kind && core(text, a) === core(text, b) && a.start < b.end && b.start < a.end;
    const missed = expected.filter((label) => !found.some((match) => isSame(match, label)));
    const wrong = found.filter((match) => !expected.some((label) => isSame(match, label)));
    if (missed.length + wrong.length > 0) mistakes.push({ text, missed, wrong });
    for (const { kind } of expected) counts.get(kind).labelled += 1;
    for (const { kind } of found) counts.get(kind).found += 1;
    for (const { kind } of expected.filter((label) => !missed.includes(label))) counts.get(kind).correct += 1;
    if (expected.length > 0) continue;
    quiet.lines += 1;
    if (found.length > 0) quiet.alarms += 1;
  }
  const scores = Array.from(counts, ([kind, { labelled, found, correct }]) => ({
    kind,
    labelled,
    found,
    correct,
    precision: found === 0 ? 1 : correct / found,
    recall: labelled === 0 ? 1 : correct / labelled,
  }));
  return { scores, mistakes, quiet };
}

function core(text, { kind, start, end }) {
  const part = text.slice(start, end);
  const plain = kind === 'phone' ? part.replace(/,? ?(?:x|ext\.?) ?\d{1,6}$/i, '') : part;
  return plain.replace(/[^\p{L}\p{N}@]/gu, '');
}

/** @param {readonly Score[]} scores @returns {readonly string[]} what is below a threshold */
export function belowThreshold(scores) {
  return scores.flatMap(({ kind, precision, recall }) => {
    const least = thresholds[kind];
    return [
      ...(precision < least.precision
        ? [`precision of ${kind}: ${percent(precision)} < ${percent(least.precision)}`]
        : []),
      ...(recall < least.recall ? [`recall of ${kind}: ${percent(recall)} < ${percent(least.recall)}`] : []),
    ];
  });
}

/** As the page about guardrails has it. @param {readonly Score[]} scores @returns {readonly string[]} */
export function tableRows(scores) {
  return scores.map(
    ({ kind, labelled, precision, recall }) =>
      `| \`${kind}\` | ${labelled} | ${percent(precision)} | ${percent(recall)} |`,
  );
}

/** Rounded down, so that 100 % is all. */
function percent(share) {
  return `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`;
}
