import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const lib = join(process.cwd(), 'lib');

/** Files of the library, without their tests. */
const sources = readdirSync(lib, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(file))
  .map((file) => ({ file: relative('.', file), text: readFileSync(join(lib, file), 'utf8') }));

const filesWith = (pattern: RegExp) =>
  sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

describe('there is one door to every executor', () => {
  it('finds the sources at all', () => {
    expect(sources.length).toBeGreaterThan(200);
  });

  it('only the gate performs calls', () => {
    expect(filesWith(/\bcall\.perform\(/)).toEqual(['gate/perform/call-execution.ts']);
    expect(filesWith(/\bperformWithRetries\(/).toSorted()).toEqual([
      'gate/perform/call-execution.ts',
      'gate/perform/make-call.ts',
    ]);
    expect(filesWith(/\bmakeCall\(/).toSorted()).toEqual(['gate/gate.ts', 'gate/perform/make-call.ts']);
  });

  it('only the scope knows asynchronous contexts', () => {
    const files = filesWith(/async_hooks/);
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !file.startsWith('scope/'))).toEqual([]);
  });

  it('only the model caller, inside a call, reaches a provider', () => {
    const reaching = filesWith(/\bprovider\.(generate|stream|embed)\(/);
    // A cassette is a provider itself: what is around another one.
    expect(reaching.toSorted()).toEqual(['models/loop/model-caller.ts', 'testing/cassette.ts']);
  });

  it('only calls through the gate reach the method below @Tool', () => {
    expect(filesWith(/\brawToolMethod\(/).toSorted()).toEqual([
      'decorators/tool/tool-bodies.ts',
      'tools/discovered-tools.ts',
    ]);
    const making = 'tools/registered-tool.ts';
    expect(filesWith(/\btool\.invoke\(/)).toEqual([making]);
    expect(sources.find(({ file }) => file === making)?.text).toContain('...toolCall(tool.definition');
    const calling = filesWith(/\bcallOf\(/).filter((file) => file !== making);
    expect(calling.toSorted()).toEqual(['tools/tool-set.ts', 'tools/tool.service.ts']);
    for (const { file, text } of sources.filter((source) => calling.includes(source.file)))
      expect({ file, uses: /passGate\(/.test(text) }).toEqual({ file, uses: true });
  });

  it('only an open scope, an ad-hoc run and the step runner hand calls to the gate', () => {
    expect(filesWith(/\bgate\.perform\(/).toSorted()).toEqual([
      'engine/attempt/attempt-scope.ts',
      'engine/attempt/step-runner.ts',
    ]);
  });
});
