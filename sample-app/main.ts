import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { checkBodies, serveOpenApi } from './api/index.js';
import { AppModule } from './app.module.js';
import { tokensFrom } from './identity/index.js';
import { modelsFrom } from './models.js';

const app = await NestFactory.create(
  AppModule.with({ url: process.env['DATABASE_URL'], directory: '.nestor/data' }),
);
checkBodies(app);
app.enableShutdownHooks();
serveOpenApi(app);
await app.listen(Number(process.env['PORT'] ?? 3000));

const logger = new Logger('Sample');
const url = (await app.getUrl()).replace('[::1]', 'localhost');
logger.log(`Models: ${modelsFrom(process.env).description}`);
logger.log(
  `Database: ${process.env['DATABASE_URL'] ? 'DATABASE_URL' : 'in this process, kept in .nestor/data'}`,
);
for (const [token, { id, roles, tenant }] of tokensFrom(process.env)) {
  logger.log(`Bearer ${token}: ${id} (${roles.join(', ')}${tenant === undefined ? '' : ` of ${tenant}`})`);
}
logger.log(`Listening on ${url}, API documentation at ${url}/docs`);
logger.log(`Chat: ${url}/chat-page (with the token of a customer)`);
logger.log(
  `Try: curl -X POST ${url}/tickets -H 'Authorization: Bearer portal-token' -H 'Content-Type: application/json' ` +
    `-d @sample-app/data/tickets/1001-locked-out.json`,
);
