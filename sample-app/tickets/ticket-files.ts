import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleFile } from '../files.js';
import type { TicketDto } from './ticket.dto.js';

/** The tickets that come with the sample, oldest first. */
export function sampleTickets(): TicketDto[] {
  const folder = sampleFile('data', 'tickets');
  return (
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      // Checked like any other input when a run starts, and by a test.
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as TicketDto)
  );
}
