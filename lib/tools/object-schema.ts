import {
  isNode,
  type JsonValue,
  jsonSchemaOf,
  NullRemoval,
  type Schema,
  wrapSchema,
} from '../values/index.js';

/** A schema as vendors take it: they want objects, so anything else travels as `{ "value": … }`. */
export interface ObjectSchema {
  readonly json: JsonValue;
  /**
   * What the model meant, in the shape of the schema: without the wrapping, without nulls that stand for absent
   * properties, and parsed where the model wrote the JSON as a text.
   */
  unwrap(value: unknown): unknown;
}

/** @throws {InvalidWorkflowDefinitionError} if the schema can't be written as JSON Schema. */
export function objectSchemaOf(schema: Schema): ObjectSchema {
  const json = jsonSchemaOf(schema);
  const plain = isPlainObject(json);
  const hasOwnValue = JSON.stringify(json).includes('"value":');
  // Most schemas are only shown.
  let removal: NullRemoval | undefined;
  return {
    json: plain ? json : wrapSchema(json),
    unwrap: (value) => {
      removal ??= new NullRemoval(json);
      const parsed = parsedText(value, removal);
      return plain ? removal.from(parsed) : unwrapped(parsed, removal, hasOwnValue);
    },
  };
}

/**
 * What neither OpenAI nor Anthropic takes at the root of a tool's parameters or of an output: "schema must have type
 * 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level", "input_schema does not support oneOf,
 * allOf, or anyOf at the top level".
 */
const notAtRoot = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', 'const', '$ref', 'if'] as const;

function isPlainObject(json: JsonValue): boolean {
  return isNode(json) && json['type'] === 'object' && !notAtRoot.some((keyword) => keyword in json);
}

/** Models forget the wrapper now and then; a property of their own may have its name. */
function unwrapped(value: unknown, removal: NullRemoval, hasOwnValue: boolean): unknown {
  if (!isNode(value) || !Object.hasOwn(value, 'value')) return removal.from(value);
  const inner = removal.from(parsedText(value['value'], removal));
  if (!hasOwnValue && Object.keys(value).length === 1) return inner;
  const whole = removal.from(value);
  return !removal.fits(inner) && removal.fits(whole) ? whole : inner;
}

/** Models write JSON as a text now and then. A text that fits is left as it is. */
function parsedText(value: unknown, schema: NullRemoval): unknown {
  if (typeof value !== 'string' || schema.fits(value)) return value;
  try {
    const parsed: unknown = JSON.parse(value.trim());
    return typeof parsed === 'object' && parsed !== null ? parsed : value;
  } catch {
    return value;
  }
}
