import { Injectable } from '@nestjs/common';
import { ContextIdFactory, ModuleRef } from '@nestjs/core';
import type { ProviderWrapper } from './provider-class.js';

/** Hands out the object behind a provider, also where Nest makes a new one for each request. */
@Injectable()
export class ProviderInstances {
  constructor(private readonly modules: ModuleRef) {}

  /**
   * The one instance of an ordinary provider. Of a request-scoped or transient one a new instance, in a context of
   * its own in which `REQUEST` is `request`.
   */
  of(host: ProviderWrapper, request?: object): Promise<object> | object {
    // Nest types instances as any; what has been discovered by its class is an object.
    if (host.isDependencyTreeStatic() && !host.isTransient) return host.instance as object;
    const context = ContextIdFactory.create();
    if (request) this.modules.registerRequestByContextId(request, context);
    return this.modules.resolve<object>(host.token as string, context, { strict: false });
  }
}
