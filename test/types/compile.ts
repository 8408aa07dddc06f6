import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { compilerHost, compilerOptions } from './compiler-host.js';

const here = dirname(fileURLToPath(import.meta.url));

/** What the compiler says about sources, with the options of this repository. */
export interface Compiled {
  /** `fixture.ts:12 message` of every error in the fixtures themselves. */
  readonly errors: readonly string[];
  readonly instantiations: number;
}

/** Type-checks fixtures by name, or sources that exist only in memory, as files of `fixtures/`. */
export function compile(sources: Readonly<Record<string, string | undefined>>): Compiled {
  const options = compilerOptions();
  const texts = new Map(Object.entries(sources).map(([name, text]) => [join(here, 'fixtures', name), text]));
  const host = compilerHost(options, (path) => texts.get(path));
  const program = ts.createProgram([...texts.keys()], { ...options, noEmit: true }, host);
  const errors = [...texts.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      (diagnostic) => {
        const line = file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
        const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
        return `${path.slice(here.length + '/fixtures/'.length)}:${line + 1} ${text}`;
      },
    );
  });
  return { errors, instantiations: program.getInstantiationCount() };
}
