import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Page, readPage } from './markdown.js';
import { programOf } from './program.js';

export const root = join(import.meta.dirname, '..', '..');

/** What everybody reads, and what is checked. */
export function allPages(): readonly Page[] {
  const top = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  return [...top, ...docs.map((name) => `docs/${name}`)].map(pageAt);
}

export function pageAt(path: string): Page {
  return readPage(path, readFileSync(join(root, path), 'utf8'));
}

/** Where the module of a page lies: inside the package, whose name it imports, and ignored by git. */
export function moduleOf({ path }: Page): string {
  return join(root, '.nestor', 'docs', `${basename(path, '.md')}.ts`);
}

/** The exports of a page's module: its classes, and its `run` blocks. */
export interface LoadedPage {
  /** Classes and functions as the page declares them: their types are the page's own. */
  get<T>(name: string): T;
  run<T = Readonly<Record<string, unknown>>>(name: string, ...args: unknown[]): Promise<T>;
}

/** Imports a page as the module that it is. */
export async function loadPage(path: string): Promise<LoadedPage> {
  const page = pageAt(path);
  const file = moduleOf(page);
  mkdirSync(dirname(file), { recursive: true });
  // Renamed into place: another test process may be reading it.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, programOf(page));
  renameSync(draft, file);
  const module = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  const get = <T>(name: string): T => {
    if (!(name in module)) throw new Error(`${path} exports no ${name}: ${Object.keys(module).join(', ')}`);
    return module[name] as T;
  };
  return {
    get,
    run: async <T>(name: string, ...args: unknown[]) => get<(...all: unknown[]) => T>(name)(...args),
  };
}
