/** Precision and recall of the detectors of personal data: `npm run evaluate [-- --mistakes]`. */
import process from 'node:process';
import { findPii } from 'nestjs-nestor/guardrails';
import { belowThreshold, labelledLines, score, tableRows } from './score.mjs';

const lines = labelledLines();
const { scores, mistakes, quiet } = score(lines, (text) => findPii(text));
const say = (line) => process.stdout.write(`${line}\n`);
say('| kind | labelled | precision | recall |');
say('| --- | ---: | ---: | ---: |');
for (const row of tableRows(scores)) say(row);
say(`${lines.length} lines; ${quiet.lines} hold nothing, and ${quiet.alarms} of these gave an alarm.`);
if (process.argv.includes('--mistakes')) {
  for (const { text, missed, wrong } of mistakes) {
    const shown = (spans) =>
      spans.map(({ kind, start, end }) => `${kind} ${JSON.stringify(text.slice(start, end))}`);
    say(`${JSON.stringify(text)}: missed [${shown(missed).join(', ')}], wrong [${shown(wrong).join(', ')}]`);
  }
}
const failures = belowThreshold(scores);
for (const failure of failures) say(`Too low: ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
