import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { HostEmitter } from '../../events/index.js';

/** `EventEmitter2` of `@nestjs/event-emitter` is a class that calls itself `EventEmitter`. */
const names: ReadonlySet<unknown> = new Set(['EventEmitter', 'EventEmitter2']);

/** The host's `EventEmitter2`, found by name: hosts without `@nestjs/event-emitter` need not install it. */
@Injectable()
export class EventEmitterLocator {
  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  find(): HostEmitter | undefined {
    return this.discovery
      .getProviders()
      .filter(({ name }) => names.has(name))
      .map(({ instance }): unknown => instance)
      .find(isEmitter);
  }
}

/** The class is not imported: what tells it from Node's emitter is `onAny`. */
function isEmitter(instance: unknown): instance is HostEmitter {
  return (
    typeof instance === 'object' &&
    instance !== null &&
    ['emit', 'on', 'onAny'].every((method) => method in instance)
  );
}
