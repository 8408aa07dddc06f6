import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Server } from 'node:http';
import { onServer, openTestDatabase } from '../../test/database/test-database.js';
import { AppModule } from '../app.module.js';
import { checkBodies } from './bodies.js';
import { serveOpenApi } from './open-api.js';

/** The sample application, ready to be asked over HTTP. */
export interface SampleApi {
  readonly app: INestApplication<Server>;
  close(): Promise<void>;
}

export async function openSampleApi(): Promise<SampleApi> {
  const database = onServer ? await openTestDatabase() : undefined;
  const module = await Test.createTestingModule({
    imports: [AppModule.with({ url: database?.url })],
  }).compile();
  const app = module.createNestApplication<INestApplication<Server>>({ logger: ['error'] });
  checkBodies(app);
  serveOpenApi(app);
  await app.init();
  return {
    app,
    close: async () => {
      await app.close();
      await database?.close();
    },
  };
}
