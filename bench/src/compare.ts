import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { engineIds, isEngine } from './engines/index.js';
import { Results } from './results.js';
import { parts, runRounds } from './rounds.js';
import { full, quick } from './sizes.js';
import { environment, table } from './table.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    /** Keeps the rounds that are on disk already, and adds to them. */
    resume: { type: 'boolean', default: false },
    engines: { type: 'string', default: engineIds.join(',') },
    only: { type: 'string', default: parts.join(',') },
    out: { type: 'string' },
  },
});
const sizes = {
  ...(values.quick ? quick : full),
  ...(values.rounds ? { rounds: Number(values.rounds) } : {}),
};
const chosen = values.engines.split(',').filter(isEngine);
const wanted = parts.filter((part) => values.only.split(',').includes(part));
const path = values.out ?? join(import.meta.dirname, '..', values.quick ? 'quick' : 'results');
const results = new Results(path);
if (!values.resume) results.clear();

const before = await environment(sizes);
await runRounds(chosen, wanted, sizes, {
  say: (line) => process.stderr.write(`${line}\n`),
  found: (figure) => results.add(figure),
});
const after = await environment(sizes);
process.stdout.write(
  `\nbefore: ${before}\nafter:  ${after}\n\n${table(results.summarise())}\n\n${path}.jsonl, .svg\n`,
);
