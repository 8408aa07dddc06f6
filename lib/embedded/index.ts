export {
  type EmbeddedPostgres,
  embeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
export type { PgliteExtensions } from './embedded-server.js';
