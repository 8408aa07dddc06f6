import { InputValidationError } from '../../errors/index.js';
import { readProperty } from '../../text/index.js';
import { assertIdentifier, composedName } from '../../values/index.js';

/** What a switch is about. With `tenant`, only where it is done for that tenant. */
export type KillSwitchTarget =
  | { readonly everything: true }
  /** Everything of one tenant. */
  | { readonly tenant: string }
  | { readonly workflow: string; readonly tenant?: string }
  | { readonly tool: string; readonly tenant?: string }
  | { readonly agent: string; readonly tenant?: string }
  /** As calls name it: `openai/gpt-5-mini`; `openai/*` is all of a provider. */
  | { readonly model: string; readonly tenant?: string }
  /** All tools of an MCP server: those that are called `mcp:<server>/…`. */
  | { readonly mcpServer: string; readonly tenant?: string };

const named = [
  'workflow',
  'tool',
  'agent',
  'model',
  'mcpServer',
] as const satisfies readonly SwitchTarget['kind'][];

/** The same with its kind as a value. */
export interface SwitchTarget {
  readonly kind: 'everything' | 'tenant' | 'workflow' | 'tool' | 'agent' | 'model' | 'mcpServer';
  /** Absent for everything, and for a tenant. */
  readonly name?: string;
  readonly tenant?: string;
}

/** @throws {InputValidationError} for what names no target, or several */
export function readTarget(given: unknown): SwitchTarget {
  const everything = readProperty(given, 'everything');
  const tenant = readProperty(given, 'tenant');
  const names = named.filter((kind) => readProperty(given, kind) !== undefined);
  const [kind] = names;
  if (tenant === '') throw noTarget();
  const ofTenant =
    tenant === undefined ? {} : { tenant: composedName(tenant, 'The tenant of a kill switch') };
  if (everything === true && names.length === 0 && tenant === undefined) return { kind: 'everything' };
  if (everything !== undefined || names.length > 1) throw noTarget();
  if (kind === undefined) {
    if (tenant === undefined) throw noTarget();
    return { kind: 'tenant', ...ofTenant };
  }
  const name = readProperty(given, kind);
  assertIdentifier(name, `The ${kind} of a kill switch`);
  if (name === '') throw noTarget();
  return { kind, name, ...ofTenant };
}

function noTarget(): InputValidationError {
  return new InputValidationError(
    `A kill switch has one target: { everything: true }, { tenant }, or one of { ${named.join(' }, { ')} }, each of them also within a tenant.`,
  );
}

/** `tool sendMail of tenant acme`: names a target, and is the same for the same one. */
export function targetInWords({ kind, name, tenant }: SwitchTarget): string {
  if (kind === 'everything') return 'everything';
  if (kind === 'tenant') return `tenant ${tenant ?? ''}`;
  return `${kind} ${name ?? ''}${tenant === undefined ? '' : ` of tenant ${tenant}`}`;
}
