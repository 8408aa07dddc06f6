import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { compilerOptions } from '../types/compiler-host.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const lib = join(root, 'lib');

export interface EntryPoint {
  /** `nestjs-nestor/testing` */
  readonly name: string;
  /** Relative to the folder of the repository. */
  readonly file: string;
}

/** A name that users can import, and its declaration without what is private, and without comments. */
export interface PublicName {
  readonly name: string;
  readonly text: string;
  /** Names of this package that stand in its signature. */
  readonly uses: readonly string[];
}

/** What each entry point of the package exports, by its name, sorted. */
export function publicSurface(entryPoints: readonly EntryPoint[]): Map<string, readonly PublicName[]> {
  const options = compilerOptions();
  const program = ts.createProgram(
    entryPoints.map(({ file }) => join(root, file)),
    {
      ...options,
      declaration: true,
      emitDeclarationOnly: true,
      removeComments: true,
      stripInternal: true,
      sourceMap: false,
    },
  );
  const declarations = new Declarations(program);
  const checker = program.getTypeChecker();
  return new Map(
    entryPoints.map(({ name, file }) => {
      const source = program.getSourceFile(join(root, file));
      const module = source && checker.getSymbolAtLocation(source);
      if (!module) throw new Error(`${file} exports nothing`);
      const names = checker.getExportsOfModule(module).map((exported): PublicName => {
        const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
        return { name: exported.name, ...declarations.of(symbol) };
      });
      return [name, names.toSorted((a, b) => (a.name < b.name ? -1 : 1))];
    }),
  );
}

/** The declarations that the compiler writes for the package. */
class Declarations {
  private readonly files = new Map<string, ts.SourceFile>();
  private readonly printer = ts.createPrinter({ removeComments: true });

  constructor(private readonly program: ts.Program) {}

  of(symbol: ts.Symbol): Pick<PublicName, 'text' | 'uses'> {
    const files = new Set((symbol.declarations ?? []).map((one) => one.getSourceFile().fileName));
    const parts = [...files].flatMap((file) => this.inFile(file, symbol.name));
    if (parts.length === 0) throw new Error(`there is no declaration of ${symbol.name}`);
    return {
      text: parts.map(({ text }) => text).join('\n'),
      uses: [...new Set(parts.flatMap(({ uses }) => uses))].toSorted(),
    };
  }

  private inFile(path: string, name: string): { readonly text: string; readonly uses: string[] }[] {
    const file = this.declarationFile(path);
    const own = ownNames(file);
    return file.statements
      .filter((statement) => namesOf(statement).includes(name))
      .map((statement) => {
        const shown = withoutPrivates(statement);
        return {
          text: this.printer.printNode(ts.EmitHint.Unspecified, shown, file),
          uses: referencesIn(shown).flatMap((used) => own.get(used) ?? []),
        };
      });
  }

  private declarationFile(path: string): ts.SourceFile {
    const known = this.files.get(path);
    if (known) return known;
    let text = '';
    this.program.emit(this.program.getSourceFile(path), (_, written) => (text = written), undefined, true);
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    this.files.set(path, file);
    return file;
  }
}

/** Names of this package that a file declares or imports, and what they are called where they are declared. */
function ownNames(file: ts.SourceFile): Map<string, string> {
  const names = new Map<string, string>();
  for (const statement of file.statements) {
    if (!isInference(statement)) for (const name of namesOf(statement)) names.set(name, name);
    if (!ts.isImportDeclaration(statement) || !isOwn(file, statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings && ts.isNamedImports(bindings)) {
      for (const { name, propertyName } of bindings.elements)
        names.set(name.text, (propertyName ?? name).text);
    }
  }
  return names;
}

/** A generic alias that only its own file knows: a part of the one that users see. */
function isInference(statement: ts.Statement): boolean {
  return (
    ts.isTypeAliasDeclaration(statement) &&
    statement.typeParameters !== undefined &&
    !statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function isOwn(file: ts.SourceFile, { moduleSpecifier }: ts.ImportDeclaration): boolean {
  if (!ts.isStringLiteral(moduleSpecifier) || !moduleSpecifier.text.startsWith('.')) return false;
  return !relative(lib, resolve(dirname(file.fileName), moduleSpecifier.text)).startsWith('..');
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const isNamed =
    ts.isClassDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return isNamed && statement.name ? [statement.name.text] : [];
}

function withoutPrivates(statement: ts.Statement): ts.Statement {
  if (!ts.isClassDeclaration(statement)) return statement;
  const { modifiers, name, typeParameters, heritageClauses, members } = statement;
  const visible = members.filter((member) => {
    if (member.name && ts.isPrivateIdentifier(member.name)) return false;
    const flags = ts.canHaveModifiers(member) ? ts.getModifiers(member) : undefined;
    return !flags?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
  });
  return ts.factory.updateClassDeclaration(
    statement,
    modifiers,
    name,
    typeParameters,
    heritageClauses,
    visible,
  );
}

/** Names in places of types. Parameters of constructors that Nest calls are not part of what users write. */
function referencesIn(statement: ts.Statement): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isConstructorDeclaration(node)) return;
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : ts.isTypeQueryNode(node)
          ? node.exprName
          : undefined;
    if (name && ts.isIdentifier(name)) found.push(name.text);
    if (name && ts.isQualifiedName(name) && ts.isIdentifier(name.left)) found.push(name.left.text);
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return found;
}
