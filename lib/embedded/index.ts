export {
  type EmbeddedPostgres,
  embeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
