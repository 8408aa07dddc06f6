import type { JsonValue, Schema } from '../../values/index.js';
import type { StateUpdate } from '../state/run-state.js';

/** How the updates of one field of a shared state become its value. Pure. */
export interface Reducer<Value, Update = Value> {
  readonly initial: Value;
  /** Of an update: it is checked, and models are told of it. @default any JSON; a text from models */
  readonly schema?: Schema | undefined;
  apply(value: Value, update: Update): Value;
}

/** A shared state, as far as its values are folded. */
export interface StateDefinition {
  readonly name: string;
  readonly fields: Readonly<Record<string, Reducer<unknown, never>>>;
}

/** An update of a field, wherever it comes from. */
export type FieldUpdate = Pick<StateUpdate, 'field' | 'update'>;

/** The value of a field after these updates, in their order. */
export function fieldValue(
  { fields }: StateDefinition,
  field: string,
  updates: readonly FieldUpdate[],
): unknown {
  const reducer = fields[field];
  // Updates are JSON, as the reducer of their field takes them.
  return updates
    .filter((one) => one.field === field)
    .reduce((value, { update }) => reducer?.apply(value, update as never), reducer?.initial);
}

/** What a record of an update says. */
export interface RecordedUpdate {
  readonly state: string;
  readonly field: string;
  readonly update: JsonValue;
}
