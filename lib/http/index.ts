export { type ErrorBody, OrchestrationExceptionFilter } from './orchestration-exception.filter.js';
export {
  type HealthOptions,
  type HealthResult,
  OrchestrationHealthIndicator,
} from './orchestration.health.js';
export { PRINCIPAL_FUNCTION, type PrincipalFunction } from './principal-function.js';
export { PrincipalInterceptor } from './principal.interceptor.js';
