import ts from 'typescript';
import type { Page } from './markdown.js';
import { moduleOf } from './pages.js';
import { programOf } from './program.js';
import { compilerHost, compilerOptions } from '../types/compiler-host.js';

/** `docs/tools.md:12 message` of every error, with the options of this repository; one program for all pages. */
export function typeErrors(pages: readonly Page[]): readonly string[] {
  const options = compilerOptions();
  const modules = new Map(pages.map((page) => [moduleOf(page), page]));
  const texts = new Map([...modules].map(([path, page]) => [path, programOf(page)]));
  const host = compilerHost(options, (path) => texts.get(path));
  const program = ts.createProgram([...modules.keys()], { ...options, noEmit: true }, host);
  return [...modules].flatMap(([path, page]) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ start, messageText }) => {
        const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
        return `${page.path}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      },
    );
  });
}
