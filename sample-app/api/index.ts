export { ApiModule } from './api.module.js';
export { serveOpenApi } from './open-api.js';
