import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorMessage } from '../errors/index.js';
import type { JsonValue } from '../values/index.js';

/** One request and what a provider has answered. */
export interface CassetteEntry {
  readonly provider: string;
  readonly request: JsonValue;
  readonly answer: JsonValue;
}

const format = 1;

/** @throws {Error} if there is no such file, or it is not a cassette */
export function readCassette(file: string): CassetteEntry[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(
      `The cassette ${file} can't be read (${errorMessage(error)}). Record it once with the real models: new Cassette(file, { record: true }).`,
      { cause: error },
    );
  }
  if (!isCassette(content))
    throw new Error(
      `${file} is not a cassette of format ${format}. Record it again: new Cassette(file, { record: true }).`,
    );
  return [...content.entries];
}

/** All of it at once, so that a test that fails half way leaves a file that can be read. */
export function writeCassette(file: string, entries: readonly CassetteEntry[]): void {
  mkdirSync(dirname(file), { recursive: true });
  const written = `${file}.${process.pid}`;
  writeFileSync(written, `${JSON.stringify({ format, entries }, null, 2)}\n`);
  renameSync(written, file);
}

function isCassette(content: unknown): content is { readonly entries: readonly CassetteEntry[] } {
  const cassette = content as { readonly format?: unknown; readonly entries?: unknown } | null;
  return typeof cassette === 'object' && cassette?.format === format && Array.isArray(cassette.entries);
}
