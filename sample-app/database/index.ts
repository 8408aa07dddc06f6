export { DatabaseModule, type DatabasePlace } from './database.module.js';
export { supportEntities, supportMigrations } from './tables.js';
