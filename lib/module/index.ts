export type { OrchestrationAsyncOptions, OrchestrationModuleOptions } from './orchestration.configurable.js';
export { OrchestrationModule } from './orchestration.module.js';
export type { AuditOptions, OrchestrationExtras, OrchestrationOptions } from './orchestration.options.js';
