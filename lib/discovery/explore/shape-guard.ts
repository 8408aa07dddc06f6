import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type ContextId, DiscoveryService } from '@nestjs/core';
import { STATIC_CONTEXT } from '@nestjs/core/injector/constants.js';
import { refuseProblems } from '../check-all.js';
import { gatedMembers } from './gated-members.js';
import { sealShape, shapeProblems } from './instance-shape.js';
import { madeInstances } from './providers/made-instances.js';
import { classOf, type ProviderWrapper } from './providers/provider-class.js';

/** Sees to it that what is called under the name of a `@Tool` or a `@Step` on a provider is that method. */
@Injectable()
export class ShapeGuard implements OnApplicationBootstrap {
  private perContext: readonly ProviderWrapper[] | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  /** Once more: hooks of the host have run since, and a property can be defined again. @throws {InvalidWorkflowDefinitionError} */
  onApplicationBootstrap(): void {
    this.checkAll();
  }

  /** Every instance that is there for good. @throws {InvalidWorkflowDefinitionError} */
  checkAll(): void {
    this.check(this.discovery.getProviders(), STATIC_CONTEXT);
  }

  /** What is wrong with the instances that are there for good. */
  problems(): readonly string[] {
    return problemsOf(instancesOf(this.discovery.getProviders(), STATIC_CONTEXT));
  }

  /** What Nest has made for one request: each step has its own. @throws {InvalidWorkflowDefinitionError} */
  checkContext(context: ContextId): void {
    this.perContext ??= this.discovery
      .getProviders()
      .filter((host) => (host.isTransient || !host.isDependencyTreeStatic()) && mayBeGated(host));
    this.check(this.perContext, context);
  }

  private check(hosts: readonly ProviderWrapper[], context: ContextId): void {
    const made = instancesOf(hosts, context);
    refuseProblems(problemsOf(made));
    for (const { instance } of made) sealShape(instance);
  }
}

interface Made {
  readonly instance: object;
  readonly stands: object | undefined;
}

function problemsOf(made: readonly Made[]): readonly string[] {
  return [...new Set(made.flatMap(({ instance, stands }) => shapeProblems(instance, stands)))];
}

/** Also of transient providers, which have one for each that asks for them. */
function instancesOf(hosts: readonly ProviderWrapper[], context: ContextId): readonly Made[] {
  return hosts
    .filter(({ isAlias }) => !isAlias)
    .flatMap((host) => {
      const stands = prototypeOf(host.token);
      return madeInstances(host, context)
        .filter(isObject)
        .flatMap((instance) => [{ instance, stands }, ...heldBy(instance)]);
    });
}

/** What is in the fields of a provider, without asking getters: `bank = new Bank()`. */
function heldBy(instance: object): readonly Made[] {
  return Object.values(Object.getOwnPropertyDescriptors(instance))
    .map(({ value }) => value as unknown)
    .filter((value) => isObject(value) && gatedMembers(Reflect.getPrototypeOf(value)).size > 0)
    .map((held) => ({ instance: held as object, stands: undefined }));
}

/** A factory may give anything. */
function mayBeGated(host: ProviderWrapper): boolean {
  const prototype = classOf(host)?.prototype;
  return (
    host.isFactory ||
    (prototype !== undefined && gatedMembers(prototype).size > 0) ||
    gatedMembers(prototypeOf(host.token) ?? null).size > 0
  );
}

/** Of the class that a provider stands for, where its token is one. */
function prototypeOf(token: unknown): object | undefined {
  const prototype: unknown = typeof token === 'function' ? token.prototype : undefined;
  return isObject(prototype) ? prototype : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
