/** `node failed-specs.mjs <results>`: the spec files that failed, a line each; none if there are more than three. */
import { failedSpecs } from './results.mjs';

const failed = failedSpecs(process.argv[2]);
// A few may have met a bad moment of the machine. Many have met a mistake.
if (failed.length <= 3) process.stdout.write(failed.map((name) => `${name}\n`).join(''));
