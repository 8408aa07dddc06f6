/**
 * What was thrown may be anything, its text may throw, be a megabyte or hold a password. So only the layers `text` and
 * `errors` make text of it; everywhere else it takes `errorText` or `errorMessage`, and lines for the log take
 * `logSafely`. oxlint has no rule for syntax of one's own, so this is one.
 */
import typescript from 'typescript';

const { SyntaxKind } = typescript;
/** Folders that read what was thrown, without trusting it. */
const readers = new Set(['text', 'errors']);
/** The one other place that makes a logger: of the step's own code. */
const loggers = new Set(['engine/attempt/attempt-scope.ts']);
const properties = new Set(['message', 'stack', 'toString']);

/** @returns {string[]} one sentence for each place of the file */
export function thrownTexts(file, text) {
  if (readers.has(file.slice(0, file.indexOf('/')))) return [];
  const source = typescript.createSourceFile(file, text, typescript.ScriptTarget.Latest, true);
  const problems = [];
  visit(source, new Set());
  return problems;

  function visit(node, thrown) {
    const inner = new Set([...thrown, ...boundBy(node)]);
    const problem = problemOf(node, inner);
    if (problem) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      problems.push(`lib/${file}:${line + 1}: ${problem}`);
    }
    node.forEachChild((child) => visit(child, inner));
  }

  function problemOf(node, thrown) {
    const isThrown = (expression) =>
      expression?.kind === SyntaxKind.Identifier && thrown.has(expression.text);
    const instead = 'take errorText() or errorMessage() of errors/';
    if (typescript.isTemplateSpan(node) && isThrown(node.expression))
      return `\${${node.expression.text}} trusts what was thrown: ${instead}`;
    if (
      typescript.isCallExpression(node) &&
      node.expression.getText(source) === 'String' &&
      isThrown(node.arguments[0])
    )
      return `String(${node.arguments[0].text}) trusts what was thrown: ${instead}`;
    if (typescript.isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.PlusToken)
      return isThrown(node.left) || isThrown(node.right) ? `+ trusts what was thrown: ${instead}` : undefined;
    if (
      typescript.isPropertyAccessExpression(node) &&
      properties.has(node.name.text) &&
      isThrown(bare(node.expression))
    )
      return `.${node.name.text} trusts what was thrown: ${instead}`;
    const isLogger = typescript.isNewExpression(node) && node.expression.getText(source) === 'Logger';
    if (isLogger && !loggers.has(file)) return 'a logger of its own: take logSafely() of errors/';
    if (typescript.isPropertyAccessExpression(node) && node.expression.getText(source) === 'console')
      return 'the console: take logSafely() of errors/';
    return undefined;
  }
}

/** Names that a node binds to what was thrown: of `catch`, of a callback of `.catch()`, and each parameter of type `unknown` with such a name. */
function boundBy(node) {
  if (typescript.isCatchClause(node)) return namesIn(node.variableDeclaration?.name);
  if (!typescript.isFunctionLike(node)) return [];
  return node.parameters.flatMap(({ name, type }, index) => {
    const isUnknown = type?.kind === SyntaxKind.UnknownKeyword;
    const isNamed = /^(?:e|err|error|cause|reason|thrown|fault|failure|refusal)$/.test(name.getText());
    return (isUnknown && isNamed) || (index === 0 && catches(node)) ? namesIn(name) : [];
  });
}

function catches({ parent }) {
  return (
    typescript.isCallExpression(parent) &&
    typescript.isPropertyAccessExpression(parent.expression) &&
    parent.expression.name.text === 'catch'
  );
}

function namesIn(name) {
  return name?.kind === SyntaxKind.Identifier ? [name.text] : [];
}

/** `(error as Error)?.stack` is about `error`. */
function bare(expression) {
  if (typescript.isParenthesizedExpression(expression) || typescript.isAsExpression(expression))
    return bare(expression.expression);
  return expression;
}
