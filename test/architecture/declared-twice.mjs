/** One word, one meaning: a name that `lib` exports is declared in one file. */
import typescript from 'typescript';

const { SyntaxKind } = typescript;

/**
 * @param {readonly { file: string, text: string }[]} sources of `lib`
 * @returns {string[]} one sentence for each name that more than one file declares and exports
 */
export function declaredTwice(sources) {
  const files = new Map();
  for (const { file, text } of sources) {
    for (const name of exportedNames(file, text))
      files.set(name, [...(files.get(name) ?? []), `lib/${file}`]);
  }
  return [...files]
    .filter(([, declaring]) => declaring.length > 1)
    .map(([name, declaring]) => `${name} is declared in ${declaring.join(' and ')}: find a second word`);
}

/** Each once: overloads, and a type and a value of one name, are one declaration. */
function exportedNames(file, text) {
  const { statements } = typescript.createSourceFile(file, text, typescript.ScriptTarget.Latest);
  return new Set(
    statements
      .filter((statement) => statement.modifiers?.some(({ kind }) => kind === SyntaxKind.ExportKeyword))
      .flatMap((statement) =>
        typescript.isVariableStatement(statement)
          ? statement.declarationList.declarations.map(({ name }) => name.text)
          : [statement.name?.text],
      )
      .filter((name) => name !== undefined),
  );
}
