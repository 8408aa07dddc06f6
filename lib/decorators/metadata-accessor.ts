import 'reflect-metadata';
import type { Schema } from '../values/index.js';
import type { ClassMetadata, MethodMetadata, UserMethod } from './metadata.js';

/** Constructors of values that JSON has anyway: as the type of a parameter they ask for no conversion. */
const plainTypes = new Set<unknown>([
  Object, String, Number, Boolean, Symbol, BigInt, Array, Function, Promise, Date, Map, Set, Buffer, Uint8Array, RegExp, Error,
]); // prettier-ignore

/**
 * The one place that writes and reads what the decorators leave on classes.
 *
 * Keys are strings, so that two copies of the package understand each other. What belongs to a method is on
 * the prototype under the method's name and not on the function: other decorators may wrap the function.
 */
export class MetadataAccessor {
  static setClass<K extends keyof ClassMetadata>(type: object, key: K, value: ClassMetadata[K]): void {
    Reflect.defineMetadata(key, value, type);
  }

  /** Of the class itself: a subclass of a workflow is not a workflow. */
  static ofClass<K extends keyof ClassMetadata>(type: object, key: K): ClassMetadata[K] | undefined {
    return Reflect.getOwnMetadata(key, type) as ClassMetadata[K] | undefined;
  }

  /** Whether it is a class with `@Agent()`. */
  static isAgent(type: object): boolean {
    return this.ofClass(type, 'nestjs-nestor:agent') !== undefined;
  }

  static setMethod<K extends keyof MethodMetadata>(
    prototype: object,
    method: string | symbol,
    key: K,
    value: MethodMetadata[K],
  ): void {
    Reflect.defineMetadata(key, value, prototype, method);
  }

  /** Also what a base class says. */
  static ofMethod<K extends keyof MethodMetadata>(
    prototype: object,
    method: string | symbol,
    key: K,
  ): MethodMetadata[K] | undefined {
    return Reflect.getMetadata(key, prototype, method) as MethodMetadata[K] | undefined;
  }

  /** Only what this class itself says. */
  static ofOwnMethod<K extends keyof MethodMetadata>(
    prototype: object,
    method: string | symbol,
    key: K,
  ): MethodMetadata[K] | undefined {
    return Reflect.getOwnMetadata(key, prototype, method) as MethodMetadata[K] | undefined;
  }

  /** The prototype, this one or one above it, on which the method's code stands. */
  static ownerOf(prototype: object, method: string | symbol): object | undefined {
    for (let at: object | null = prototype; at; at = Reflect.getPrototypeOf(at)) {
      if (Object.hasOwn(at, method)) return at;
    }
    return undefined;
  }

  static method(prototype: object, name: string | symbol): UserMethod | undefined {
    const value: unknown = Reflect.get(prototype, name);
    // Whatever is a function on a prototype can be called with whatever arguments; its own types are not known here.
    return typeof value === 'function' ? (value as UserMethod) : undefined;
  }

  /** How many parameters the method has, also those with a default where a decorator made the compiler write them down. */
  static parameterCount(prototype: object, method: string): number {
    return this.parameterTypes(prototype, method)?.length ?? this.method(prototype, method)?.length ?? 0;
  }

  /** The class that stands as the type of a parameter; undefined for interfaces, unions and plain JSON types. */
  static parameterSchema(prototype: object, method: string, index: number): Schema | undefined {
    const type = this.parameterTypes(prototype, method)?.[index];
    // The compiler writes down constructors only.
    return typeof type === 'function' && !plainTypes.has(type) ? (type as unknown as Schema) : undefined;
  }

  private static parameterTypes(prototype: object, method: string): readonly unknown[] | undefined {
    return Reflect.getMetadata('design:paramtypes', prototype, method) as readonly unknown[] | undefined;
  }
}
