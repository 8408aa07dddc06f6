import type { Reducer, StateDefinition } from '../../workflow/index.js';

/** What steps and agents of a run write together: made by `sharedState()`. */
export class SharedState<Fields = unknown> implements StateDefinition {
  /** @internal */
  constructor(
    readonly name: string,
    readonly fields: StateDefinition['fields'],
    /** Never there: it tells the compiler what the fields are. */
    readonly typed?: Fields,
  ) {}
}

/**
 * Declares a shared state: fields, each with the way in which updates become its value.
 * @param name of it in records
 * @example
 * export const board = sharedState('research', { notes: append<string>(), best: maximum(), plan: lastValue<Plan>() });
 */
export function sharedState<const Fields extends Readonly<Record<string, object>>>(
  name: string,
  fields: Fields & {
    readonly [Name in keyof Fields]: Fields[Name] extends Reducer<infer V, infer U> ? Reducer<V, U> : never;
  },
): SharedState<Fields> {
  // Each field is a reducer of its own values and updates.
  return new SharedState<Fields>(name, fields as unknown as StateDefinition['fields']);
}

type FieldsOf<S> = S extends SharedState<infer Fields> ? Fields : never;
/** Names of the fields of a shared state. */
export type StateField<S> = keyof FieldsOf<S> & string;
/** What a field of a shared state is. */
export type StateValue<S, K extends StateField<S>> =
  FieldsOf<S>[K] extends Reducer<infer Value, infer _> ? Value : never;
/** What updates a field of a shared state. */
export type StateUpdateOf<S, K extends StateField<S>> =
  FieldsOf<S>[K] extends Reducer<infer _, infer Update> ? Update : never;

/** A shared state as code in a run sees it: `@State(board) state: StateOf<typeof board>`. */
export abstract class StateOf<S> {
  /**
   * What a field was when this attempt of the step began, with its own updates: the same as long as it lasts, also after a wait
   * or a crash, whatever others have written meanwhile.
   */
  abstract get<K extends StateField<S>>(field: K): StateValue<S, K>;
  /** What a field is now. Remembered: in a later attempt it is what it was. */
  abstract latest<K extends StateField<S>>(field: K): Promise<StateValue<S, K>>;
  /**
   * Adds an update, which is on record once this resolves. It does not count where the step fails for good, or is started again.
   * @throws {InputValidationError} if there is no such field @throws {PayloadError} if it is not JSON
   */
  abstract update<K extends StateField<S>>(field: K, update: StateUpdateOf<S, K>): Promise<void>;
}
