import { suggestion } from '../../text/index.js';
import { InputValidationError, OutputValidationError } from '../../errors/index.js';
import { type JsonValue, type Schema, toJson, validateOrThrow } from '../../values/index.js';
import {
  chosenRoutes,
  type RunRecord,
  type StepDefinition,
  takenOver,
  type WorkflowDefinition,
} from '../../workflow/index.js';
import { assertStep } from './assert-step.js';

type Outputs = Readonly<Record<string, JsonValue>>;

/**
 * What a person has written in place of outputs, as the steps themselves could have given it.
 * @throws {InputValidationError} for a step that is none, or that the fork runs again
 * @throws {OutputValidationError}
 */
export async function forkOutputChecks(
  definition: WorkflowDefinition,
  prefix: readonly RunRecord[],
  outputs: Outputs,
  { from, payloadLimit }: { readonly from: string; readonly payloadLimit: number },
): Promise<Outputs> {
  const editable = takenOver(prefix);
  const checked: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(outputs)) {
    assertStep(definition, name);
    if (!editable.includes(name)) throw notEditable(definition, name, editable, from);
    const step = definition.steps.find((one) => one.name === name);
    const where = `the edited output of ${definition.name}.${name}`;
    if (!step) continue;
    assertRoutes(definition, step, value);
    checked[name] = toJson(await fitting(definition, step, value, where), where, payloadLimit) ?? null;
  }
  return checked;
}

function notEditable(
  definition: WorkflowDefinition,
  name: string,
  editable: readonly string[],
  from: string,
): InputValidationError {
  return new InputValidationError(
    `The output of ${definition.name}.${name} can't be edited: it had not completed before '${from}', so the fork runs it again.${suggestion(name, editable)} Steps that can be edited: ${editable.join(', ') || 'none'}.`,
    { details: { steps: [name] } },
  );
}

/** The schema of a `forEach` step is that of one item. */
async function fitting(
  definition: WorkflowDefinition,
  step: StepDefinition,
  value: JsonValue,
  where: string,
): Promise<unknown> {
  const schema =
    step.output ?? (definition.result === step.name && !step.forEach ? definition.output : undefined);
  if (!step.forEach) return schema ? validated(schema, value, where) : value;
  if (!Array.isArray(value))
    throw new OutputValidationError(`${where} is not a list: a forEach step gives one output for each item`);
  if (!schema || step.forEach.onError === 'collect') return value;
  return Promise.all(value.map((item, index) => validated(schema, item, `${where}, item ${index},`)));
}

function validated(schema: Schema, value: unknown, where: string): Promise<unknown> {
  return validateOrThrow(schema, value, where, { as: OutputValidationError });
}

function assertRoutes(
  definition: WorkflowDefinition,
  { name, routes }: StepDefinition,
  value: JsonValue,
): void {
  if (!routes) return;
  const unknown = chosenRoutes(value).filter((route) => !routes.includes(route));
  if (unknown.length === 0) return;
  throw new OutputValidationError(
    `the edited output of ${definition.name}.${name} chooses ${unknown.join(', ')}: it has to be one or many of ${routes.join(', ')}`,
  );
}
