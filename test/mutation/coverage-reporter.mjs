import { readFileSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { relative } from 'node:path';

/**
 * A reporter of Jest, under `--coverage --coverageProvider=v8`: writes which lines of `lib/` each spec file executes, and how
 * long it takes, to the file that MUTATION_COVERAGE names.
 */
export default class CoverageReporter {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
    this.specs = {};
    /** For each file, the line that each place of its compiled text comes from. */
    this.lines = new Map();
  }

  onTestResult({ path }, { v8Coverage = [], perfStats, numFailingTests, testExecError }) {
    const executed = {};
    for (const { codeTransformResult, result } of v8Coverage) {
      const file = relative(this.rootDir, result.url);
      if (!file.startsWith('lib/') || !codeTransformResult) continue;
      const lines = (executed[file] ??= new Set());
      const origin = this.originOf(file, codeTransformResult);
      for (const [place, count] of painted(result.functions, origin.length).entries())
        if (count && origin[place] !== 0) lines.add(origin[place]);
    }
    this.specs[relative(this.rootDir, path)] = {
      passed: numFailingTests === 0 && !testExecError,
      milliseconds: perfStats.runtime,
      executed: Object.fromEntries(Object.entries(executed).map(([file, lines]) => [file, [...lines]])),
    };
  }

  onRunComplete() {
    writeFileSync(process.env['MUTATION_COVERAGE'], JSON.stringify(this.specs));
  }

  originOf(file, { code, sourceMapPath }) {
    const known = this.lines.get(file);
    if (known) return known;
    const map = new SourceMap(JSON.parse(readFileSync(sourceMapPath, 'utf8')));
    const origin = new Uint32Array(code.length);
    let place = 0;
    for (const [line, text] of code.split('\n').entries()) {
      for (let column = 0; column < text.length; column++)
        origin[place + column] = (map.findEntry(line, column).originalLine ?? -1) + 1;
      place += text.length + 1;
    }
    this.lines.set(file, origin);
    return origin;
  }
}

/** Whether each place was executed: the innermost range around it counts. */
function painted(functions, length) {
  const executed = new Uint8Array(length);
  const ranges = functions.flatMap(({ ranges: own }) => own);
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of ranges)
    executed.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return executed;
}
