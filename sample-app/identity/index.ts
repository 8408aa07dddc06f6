export { access } from './access.js';
export { Public } from './bearer.guard.js';
export { IdentityModule } from './identity.module.js';
export { principalOf } from './principal-of.js';
export { shops, tokensFrom } from './tokens.js';
