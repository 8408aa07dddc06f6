import { fittingValues, isList, type JsonValue, type SchemaNode } from '../../values/index.js';
import { NotExpressible } from './not-expressible.js';

/**
 * `enum` and `const` as enums of one type each, which is how vendors take them: "enum value does not validate against
 * type". What is beside them holds for each value, so it is settled here.
 */
export function literalBranches(rules: SchemaNode): SchemaNode[] {
  const { enum: listed, const: literal, ...others } = rules;
  const values = isList(listed) ? listed : [literal ?? null];
  if (JSON.stringify(others).includes('"$ref"')) throw new NotExpressible();
  const fitting = fittingValues(literal === undefined ? others : { ...others, const: literal }, values);
  if (fitting.some((value) => typeof value === 'object' && value !== null)) throw new NotExpressible();
  const branches = [
    ofType('string', fitting),
    ofType('number', fitting),
    ofType('boolean', fitting),
    ...(fitting.includes(null) ? [{ type: 'null' }] : []),
  ].filter((branch) => branch !== undefined);
  if (branches.length === 0) throw new NotExpressible();
  return branches;
}

function ofType(type: 'string' | 'number' | 'boolean', values: readonly JsonValue[]): SchemaNode | undefined {
  // oxlint-disable-next-line valid-typeof -- one of three names that typeof gives
  const own = [...new Set(values.filter((value) => typeof value === type))];
  if (own.length === 0) return undefined;
  if (type === 'boolean' && own.length === 2) return { type };
  return { type: type === 'number' && own.every(Number.isInteger) ? 'integer' : type, enum: own };
}
