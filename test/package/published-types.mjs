import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import typescript from 'typescript';

/** Every `any` in the declarations below a folder, as `file:line`. Those in comments are words. */
export function anysIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.d.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const source = typescript.createSourceFile(file, text, typescript.ScriptTarget.Latest);
      const found = [];
      const visit = (node) => {
        if (node.kind === typescript.SyntaxKind.AnyKeyword) {
          const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
          found.push(`${file}:${line + 1}`);
        }
        typescript.forEachChild(node, visit);
      };
      visit(source);
      return found;
    });
}
