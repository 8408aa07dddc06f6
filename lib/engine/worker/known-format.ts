import { DefinitionChangedError } from '../../errors/index.js';
import type { RunRow } from '../../journal/index.js';
import { knownFormats } from '../../workflow/index.js';

/** @throws {DefinitionChangedError} if a newer release has made the run by rules that this one does not know */
export function assertKnownFormat({ id, format }: Pick<RunRow, 'id' | 'format'>): void {
  if (knownFormats.includes(format)) return;
  throw new DefinitionChangedError(
    `Run ${id} has format ${format}, and this release of nestjs-nestor knows ${knownFormats.join(', ')}. Use a process with the release that made it.`,
    { details: { runId: id, format, knownFormats } },
  );
}
