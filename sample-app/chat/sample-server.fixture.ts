import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Server } from 'node:http';
import { onServer, openTestDatabase } from '../../test/database/test-database.js';
import { checkBodies } from '../api/index.js';
import { AppModule } from '../app.module.js';

/** The sample application, listening. */
export interface SampleServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function openSampleServer(): Promise<SampleServer> {
  const database = onServer ? await openTestDatabase() : undefined;
  const module = await Test.createTestingModule({
    imports: [AppModule.with({ url: database?.url })],
  }).compile();
  const app = module.createNestApplication<INestApplication<Server>>({ logger: ['error'] });
  checkBodies(app);
  await app.listen(0);
  return {
    url: (await app.getUrl()).replace('[::1]', 'localhost'),
    close: async () => {
      await app.close();
      await database?.close();
    },
  };
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
}

/** Approves the large refund that a chat waits for, as the support lead. */
export async function approveAsLead(url: string): Promise<void> {
  const headers = bearer('lead-token');
  const open = (await (await fetch(`${url}/reviews`, { headers })).json()) as {
    id: string;
    title?: string;
  }[];
  const review = open.find(({ title }) => title === 'A refund out of a chat');
  const body = '{}';
  const { ok } = await fetch(`${url}/reviews/${review?.id}/approve`, { method: 'POST', headers, body });
  if (!ok) throw new Error('the lead could not approve it');
}
