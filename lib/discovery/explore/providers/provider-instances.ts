import { Injectable } from '@nestjs/common';
import { type ContextId, ContextIdFactory, ModuleRef } from '@nestjs/core';
import type { ProviderWrapper } from './provider-class.js';
import { ShapeGuard } from '../shape-guard.js';

/** Hands out the object behind a provider, also where Nest makes a new one for each request. */
@Injectable()
export class ProviderInstances {
  constructor(
    private readonly modules: ModuleRef,
    private readonly shapes: ShapeGuard,
  ) {}

  /**
   * The one instance of an ordinary provider. Of a request-scoped or transient one a new instance, in a context of
   * its own in which `REQUEST` is `request`.
   * @throws {InvalidWorkflowDefinitionError} if something made for it would let a call pass by the gate
   */
  of(host: ProviderWrapper, request?: object): Promise<object> | object {
    // Nest types instances as any; what has been discovered by its class is an object.
    if (host.isDependencyTreeStatic() && !host.isTransient) return host.instance as object;
    const context = ContextIdFactory.create();
    if (request) this.modules.registerRequestByContextId(request, context);
    return this.made(host, context);
  }

  private async made(host: ProviderWrapper, context: ContextId): Promise<object> {
    const instance = await this.modules.resolve<object>(host.token as string, context, { strict: false });
    this.shapes.checkContext(context);
    return instance;
  }
}
