import ts from 'typescript';

const kind = ts.SyntaxKind;

/** What each operator becomes. */
const operators = new Map([
  [kind.EqualsEqualsEqualsToken, '!=='],
  [kind.ExclamationEqualsEqualsToken, '==='],
  [kind.LessThanToken, '<='],
  [kind.LessThanEqualsToken, '<'],
  [kind.GreaterThanToken, '>='],
  [kind.GreaterThanEqualsToken, '>'],
  [kind.AmpersandAmpersandToken, '||'],
  [kind.BarBarToken, '&&'],
  [kind.MinusToken, '+'],
  [kind.AsteriskToken, '/'],
]);

/**
 * Every small change to a source text that a test should detect. Types, imports and decorators are left alone, and so is
 * what errors and logs say.
 * @returns {{ line: number, lastLine: number, what: string, start: number, end: number, text: string }[]}
 */
export function mutantsOf(name, source) {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true);
  const mutants = [];
  const add = (node, what, text) => {
    const start = node.getStart(file);
    const end = node.getEnd();
    const [line, lastLine] = [start, end].map((place) => file.getLineAndCharacterOfPosition(place).line + 1);
    mutants.push({ line, lastLine, what, start, end, text });
  };
  const visit = (node) => {
    if (isLeftAlone(node)) return;
    for (const [what, changed, text] of changesOf(node)) add(changed, what, text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutants;
}

/** Of one node: what is done, to which node, and the text in its place. */
function* changesOf(node) {
  const text = node.getText();
  if (ts.isBinaryExpression(node)) {
    const { left, right, operatorToken } = node;
    const other = operators.get(operatorToken.kind);
    const shown = short(text);
    if (other) yield [`${shown}: ${operatorToken.getText()} becomes ${other}`, operatorToken, other];
    if (operatorToken.kind === kind.QuestionQuestionToken)
      yield [`${shown}: no default`, node, left.getText()];
    if (operatorToken.kind === kind.PlusToken && [left, right].some((one) => ts.isNumericLiteral(one)))
      yield [`${shown}: + becomes -`, operatorToken, '-'];
  } else if (ts.isPrefixUnaryExpression(node) && node.operator === kind.ExclamationToken)
    yield [`${short(text)}: no negation`, node, node.operand.getText()];
  else if (ts.isConditionalExpression(node)) {
    const { condition, whenTrue, whenFalse } = node;
    const swapped = `${condition.getText()} ? ${whenFalse.getText()} : ${whenTrue.getText()}`;
    yield [`${short(text)}: branches are swapped`, node, swapped];
  } else if (ts.isIfStatement(node)) {
    for (const value of ['true', 'false'])
      yield [`if (${short(node.expression.getText())}): always ${value}`, node.expression, value];
  } else if (ts.isExpressionStatement(node) && !text.startsWith('super('))
    yield [`removed: ${short(text)}`, node, ';'];
  else if (ts.isReturnStatement(node) && node.expression && node.expression.getText() !== 'undefined')
    yield [`${short(text)}: returns undefined`, node.expression, 'undefined'];
  else if (ts.isSpreadAssignment(node)) yield [`removed: ${short(text)}`, node, '...{}'];
  else if (ts.isNumericLiteral(node)) yield [`${text} becomes one more`, node, `(${text} + 1)`];
  else if (node.kind === kind.TrueKeyword) yield ['true becomes false', node, 'false'];
  else if (node.kind === kind.FalseKeyword) yield ['false becomes true', node, 'true'];
  else if (ts.isStringLiteral(node) && ts.isArrayLiteralExpression(node.parent))
    yield [`removed: ${text} of a list`, node, '...[]'];
}

function isLeftAlone(node) {
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return true;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isDecorator(node)) return true;
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (ts.isNewExpression(node)) return node.expression.getText().endsWith('Error');
  if (ts.isExpressionStatement(node)) return /^(await )?this\.logger\b/.test(node.getText());
  return false;
}

function short(text) {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}

/** The same choice for the same seed. */
export function chosen(mutants, count, seed) {
  const random = randomOf(seed);
  return mutants
    .map((mutant) => ({ mutant, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

/** mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
