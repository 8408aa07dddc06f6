import { InputValidationError } from '../../errors/index.js';
import { currentScope, type ExecutionScope } from '../../scope/index.js';
import { validateOrThrow } from '../../values/index.js';
import { suggestion } from '../../text/index.js';
import { type FieldUpdate, fieldValue, type StateDefinition } from '../../workflow/index.js';
import { StateOf } from './shared-state.js';

/** A shared state in the run that the current code belongs to. */
export class StateHandle extends StateOf<never> {
  private readonly own: FieldUpdate[] = [];
  /** Number of the record up to which `get` sees updates of others. */
  private pinned = 0;

  constructor(private readonly definition: StateDefinition) {
    super();
  }

  /** Fixes what `get` sees, once in the life of the activation. */
  async pin(): Promise<void> {
    this.pinned = await this.seq('read');
  }

  override get(field: string): never {
    this.assertField(field);
    const scope = this.scope();
    const seen = updatesOf(scope, this.definition).filter(({ seq }) => seq <= this.pinned);
    // The compiler knows what the field is.
    return fieldValue(this.definition, field, [...seen, ...this.own]) as never;
  }

  override async latest(field: string): Promise<never> {
    this.assertField(field);
    const until = await this.seq('latest', field);
    const seen = updatesOf(this.scope(), this.definition).filter(({ seq }) => seq <= until);
    return fieldValue(this.definition, field, seen) as never;
  }

  /** What all fields are now. */
  async latestOfAll(): Promise<Record<string, unknown>> {
    const until = await this.seq('latest');
    const seen = updatesOf(this.scope(), this.definition).filter(({ seq }) => seq <= until);
    const names = Object.keys(this.definition.fields);
    return Object.fromEntries(
      names.map((field) => [field, fieldValue(this.definition, field, seen) ?? null]),
    );
  }

  override async update(field: string, update: unknown): Promise<void> {
    this.assertField(field);
    const { name: state, fields } = this.definition;
    const schema = fields[field]?.schema;
    if (schema) await validateOrThrow(schema, update, `an update of '${field}' of ${state}`);
    const recorded = await this.scope().call<FieldUpdate>({
      ...stateCall,
      name: 'update',
      arguments: { state, field, update },
      // As the gate has taken it in: nobody changes it any more.
      perform: (args) => args as FieldUpdate,
    });
    this.own.push({ field: recorded.field, update: recorded.update });
  }

  /** Number of the last record, as it was when it was first asked. */
  private seq(name: string, field?: string): Promise<number> {
    return this.scope().call<number>({
      ...stateCall,
      name,
      arguments: { state: this.definition.name, ...(field === undefined ? {} : { field }) },
      perform: () => this.scope().seq,
    });
  }

  private scope(): ExecutionScope {
    const scope = currentScope();
    if (scope) return scope;
    throw new InputValidationError(
      `The shared state '${this.definition.name}' is that of a run, and this code is in none.`,
    );
  }

  private assertField(field: string): void {
    const { name, fields } = this.definition;
    if (Object.hasOwn(fields, field)) return;
    throw new InputValidationError(
      `The shared state '${name}' has no field '${field}'.${suggestion(field, Object.keys(fields))}`,
      { details: { state: name, field } },
    );
  }
}

const stateCall = { kind: 'state', effect: 'none', onInDoubt: 'retry' } as const;

function updatesOf(scope: ExecutionScope, { name }: StateDefinition) {
  return scope.stateUpdates().filter(({ state }) => state === name);
}
