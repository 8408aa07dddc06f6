import { join } from 'node:path';
import { Results } from './results.js';
import { table } from './table.js';

/** The table of the figures that lie in `results.jsonl`, or beside the path that is given. */
const path = process.argv[2] ?? join(import.meta.dirname, '../results');
process.stdout.write(`${table(new Results(path).read())}\n`);
