import type { Principal } from '../../values/index.js';
import { MetadataAccessor } from '../metadata-accessor.js';
import type { InputOf, WorkflowClass } from './workflow-class.js';

export interface StartOnOptions<W, E = unknown> {
  /** The run's input. @default the event itself */
  readonly map?: ((event: E) => InputOf<W>) | undefined;
  /** Who the run acts for. @default nobody */
  readonly principal?: Principal | ((event: E) => Principal | undefined);
}

export interface StartEveryOptions<W> {
  /** The run's input, or what makes it at the time. */
  readonly input?: InputOf<W> | (() => InputOf<W>) | undefined;
  /** Who the run acts for. @default nobody */
  readonly principal?: Principal | undefined;
  /** IANA name. @default the server's */
  readonly timeZone?: string | undefined;
}

/**
 * Starts a run at every event of that name from the host's `EventEmitter2`.
 *
 * @example `@StartOn('order.created', { map: (order: OrderCreated) => ({ orderId: order.id }) })`
 */
export function StartOn<W extends WorkflowClass, E = unknown>(
  event: string,
  options: StartOnOptions<W, E> = {},
): (target: W) => void {
  return (target) => {
    const others = MetadataAccessor.ofClass(target, 'nestjs-nestor:start-on') ?? [];
    const { map, principal } = options;
    MetadataAccessor.setClass(target, 'nestjs-nestor:start-on', [{ event, map, principal }, ...others]);
  };
}

/**
 * Starts a run at every time of a cron expression, one across all instances of the application.
 *
 * @example `@StartEvery('0 7 * * *', { input: { topic: 'news' }, timeZone: 'Europe/Berlin' })`
 */
export function StartEvery<W extends WorkflowClass>(
  cron: string,
  options: StartEveryOptions<W> = {},
): (target: W) => void {
  return (target) => {
    const others = MetadataAccessor.ofClass(target, 'nestjs-nestor:start-every') ?? [];
    MetadataAccessor.setClass(target, 'nestjs-nestor:start-every', [{ cron, ...options }, ...others]);
  };
}
