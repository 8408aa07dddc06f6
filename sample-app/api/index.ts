export { ApiModule } from './api.module.js';
export { checkBodies } from './bodies.js';
export { serveOpenApi } from './open-api.js';
