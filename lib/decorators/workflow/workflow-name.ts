import { MetadataAccessor } from '../metadata-accessor.js';

/** Name of a class with `@Workflow()`: the one written, else `SupportTicketWorkflow` → `support-ticket`. */
export function workflowNameOf(type: { readonly name: string } & object): string | undefined {
  const options = MetadataAccessor.ofClass(type, 'nestjs-nestor:workflow');
  return options && (options.name ?? nameOfClass(type.name, 'Workflow'));
}

/** In kebab case, without the suffix: `BillingAgent` → `billing`. */
export function nameOfClass(className: string, suffix: 'Workflow' | 'Agent'): string {
  const base = className.endsWith(suffix) ? className.slice(0, -suffix.length) || className : className;
  return base
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}
