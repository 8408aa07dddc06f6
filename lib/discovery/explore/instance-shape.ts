import { InvalidWorkflowDefinitionError } from '../../errors/index.js';
import { gatedCode, type GatedBy, gatedMembers } from './gated-members.js';

/**
 * What is on an instance in place of a `@Tool` or `@Step` method: class fields, what was assigned, what a proxy
 * answers with. Code that calls the member would run it without the gate.
 * @param stands for which class it is provided, whose tools are expected of it
 */
export function shapeProblems(instance: object, stands?: object): readonly string[] {
  const members = new Map([...toolsOf(stands), ...gatedMembers(Reflect.getPrototypeOf(instance))]);
  return [...members].flatMap(([name, by]) => {
    const value: unknown = Reflect.get(instance, name);
    if (typeof value !== 'function' || value === gatedCode(instance, name)) return [];
    const isOverride = value === Reflect.get(Reflect.getPrototypeOf(instance) ?? instance, name);
    return [
      isOverride && !isPlain(instance)
        ? bareOverride(instance, name, by)
        : describe(instance, name, by, stands),
    ];
  });
}

/**
 * From now on an assignment to such a member is refused, and not only seen at the next look. Code that defines the property
 * again, as spies in tests do, still can.
 */
export function sealShape(instance: object): void {
  for (const [name, by] of gatedMembers(Reflect.getPrototypeOf(instance))) {
    if (Object.hasOwn(instance, name)) continue;
    // False where the object is frozen: then nobody can assign either.
    Reflect.defineProperty(instance, name, {
      configurable: true,
      get: () => Reflect.get(Reflect.getPrototypeOf(instance) ?? instance, name) as unknown,
      set: () => {
        const problem = describe(instance, name, by);
        throw new InvalidWorkflowDefinitionError(problem, { details: { problems: [problem] } });
      },
    });
  }
}

function toolsOf(stands: object | undefined): readonly [string, GatedBy][] {
  return stands ? [...gatedMembers(stands)].filter(([, by]) => by === '@Tool') : [];
}

/** In the words of the checks of classes, which see most of them. */
function bareOverride(instance: object, name: string, by: GatedBy): string {
  const where = `${classNameOf(instance)}.${name}`;
  return by === '@Tool'
    ? `${where} overrides a @Tool without @Tool: it would not pass the gate. Put @Tool on the override.`
    : `${where} overrides a decorated method without its decorators. Repeat them on the override.`;
}

function isPlain(instance: object): boolean {
  const prototype = Reflect.getPrototypeOf(instance);
  return prototype === null || prototype === Object.prototype;
}

function describe(instance: object, name: string, by: GatedBy, stands?: object): string {
  const made = classNameOf(instance);
  const wanted = stands && classNameOf(stands);
  const what = wanted === undefined || wanted === made ? made : `${made}, provided as ${wanted},`;
  return (
    `${what} has a property ${name} that is not the ${by} method of its class: it would not pass the gate. ` +
    `Make ${name} a method with ${by}, on ${wanted ?? made} or a class that extends it, and don't replace it on the instance (class field, assignment, Object.create, Proxy).`
  );
}

/** Of an instance or a prototype. */
function classNameOf(one: object): string {
  const made: unknown = Reflect.get(one, 'constructor');
  return typeof made === 'function' && made !== Object ? made.name : 'A plain object';
}
