import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

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

/** What `tsconfig.json` of this repository says. */
export function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options;
}
