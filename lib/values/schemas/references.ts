import type { JsonValue } from '../json/json.js';
import { isNode, mapSubschemas, type SchemaNode } from './subschemas.js';

/** Definitions that move to the new root, so that references to them stay true. */
const definitions = /^#\/(?:\$defs|definitions)\//;

/** What a reference inside the document leads to; undefined where it leads nowhere, or out of the document. */
export function resolveReference(root: JsonValue, reference: string): JsonValue | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined;
  let found: JsonValue | undefined = root;
  for (const step of stepsOf(reference)) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    // a list has its elements by their numbers
    found = (found as SchemaNode)[step];
  }
  return found;
}

/** JSON pointers in a fragment: https://www.rfc-editor.org/rfc/rfc6901#section-6 */
function stepsOf(reference: string): string[] {
  return reference
    .split('/')
    .slice(1)
    .map((step) => percentDecoded(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function percentDecoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** `{ "value": … }` around a schema, whose references count from the new root. */
export function wrapSchema(json: JsonValue): SchemaNode {
  // With an id of its own a schema stays the root of what refers to it.
  if (!isNode(json) || '$id' in json) return wrapper(json, {});
  const { $defs, definitions: older, $schema: _dialect, ...inner } = json;
  const kept = {
    ...($defs === undefined ? {} : { $defs }),
    ...(older === undefined ? {} : { definitions: older }),
  };
  if (!refersToRoot(json)) return wrapper(inner, kept);
  const name = freeName(isNode($defs) ? $defs : {});
  const moved = (each: JsonValue): JsonValue => rebased(each, `#/$defs/${name}`);
  const definitionsBelow = mapSubschemas(kept, moved);
  const others = isNode(definitionsBelow['$defs']) ? definitionsBelow['$defs'] : {};
  return wrapper(
    { $ref: `#/$defs/${name}` },
    { ...definitionsBelow, $defs: { ...others, [name]: moved(inner) } },
  );
}

function wrapper(value: JsonValue, kept: SchemaNode): SchemaNode {
  return {
    type: 'object',
    properties: { value },
    required: ['value'],
    additionalProperties: false,
    ...kept,
  };
}

/** Whether something refers to the root itself, or to a place below it that is not a definition. */
function refersToRoot(schema: JsonValue): boolean {
  let found = false;
  const look = (each: JsonValue): JsonValue => {
    if (!isNode(each)) return each;
    if (isLocal(each['$ref']) && !definitions.test(each['$ref'])) found = true;
    return mapSubschemas(each, (below) => (isNode(below) && '$id' in below ? below : look(below)));
  };
  look(schema);
  return found;
}

function rebased(schema: JsonValue, root: string): JsonValue {
  if (!isNode(schema) || '$id' in schema) return schema;
  const below = mapSubschemas(schema, (each) => rebased(each, root));
  const reference = schema['$ref'];
  if (!isLocal(reference) || definitions.test(reference)) return below;
  return { ...below, $ref: root + reference.slice(1) };
}

function isLocal(reference: JsonValue | undefined): reference is string {
  return typeof reference === 'string' && (reference === '#' || reference.startsWith('#/'));
}

function freeName(taken: SchemaNode): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'value' : `value${number}`;
    if (!Object.hasOwn(taken, name)) return name;
  }
}
