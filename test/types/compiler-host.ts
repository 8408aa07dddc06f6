import ts from 'typescript';

const parsed = new Map<string, ts.SourceFile | undefined>();

/**
 * A host for programs with the options of this repository, some of whose files exist only in memory. What is on disk is
 * parsed once, however many programs a spec file makes of it: that takes longer than to check it.
 */
export function compilerHost(
  options: ts.CompilerOptions,
  inMemory: (path: string) => string | undefined,
): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (path) => inMemory(path) ?? readFile.call(host, path);
  host.fileExists = (path) => inMemory(path) !== undefined || fileExists.call(host, path);
  host.getSourceFile = (path, ...rest) => {
    if (inMemory(path) !== undefined) return getSourceFile.call(host, path, ...rest);
    if (!parsed.has(path)) parsed.set(path, getSourceFile.call(host, path, ...rest));
    return parsed.get(path);
  };
  return host;
}
