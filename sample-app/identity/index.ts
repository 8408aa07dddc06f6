export { Public } from './bearer.guard.js';
export { IdentityModule } from './identity.module.js';
export { principalOf } from './principal-of.js';
export { tokensFrom } from './tokens.js';
