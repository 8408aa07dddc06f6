import type { JsonValue } from '../../values/index.js';
import type { ModelRequest } from './model-provider.js';

/** For people, guardrails and scripted models. */
const unsent: ReadonlySet<string> = new Set<keyof ModelRequest>([
  'marks',
  'template',
  'templateVersion',
  'templateHash',
  'agent',
  'alias',
]);

/** What of a request its vendor sees. @param request as JSON */
export function sentFields(request: Readonly<Record<string, JsonValue>>): Record<string, JsonValue> {
  return Object.fromEntries(Object.entries(request).filter(([name]) => !unsent.has(name)));
}
