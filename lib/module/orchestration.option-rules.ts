import {
  anything,
  duration,
  fields,
  oneOf,
  type OptionRule,
  pure,
  text,
  truth,
  whole,
} from '../discovery/index.js';
import { RunDispatcher } from '../dispatch/index.js';
import { AccessPolicy } from '../gate/index.js';
import { Instrumentation } from '../scope/index.js';
import type { AuditOptions, OrchestrationExtras, OrchestrationOptions } from './orchestration.options.js';

/** `satisfies` keeps it complete: an option that is added to a type has to be added here. */
type Table<Options> = { readonly [Name in keyof Required<Options>]: OptionRule };

const dispatcher: OptionRule = (value, path) =>
  typeof value === 'function' || value instanceof RunDispatcher
    ? []
    : [`${path} has to be what bullmqDispatcher() gives, or a RunDispatcher.`];

const access: OptionRule = (value, path) =>
  value instanceof AccessPolicy ? [] : [`${path} has to be an AccessPolicy: extend that class.`];

const instrumentation: OptionRule = (value, path) =>
  value instanceof Instrumentation ? [] : [`${path} has to be an Instrumentation: extend that class.`];

const list: OptionRule = (value, path) =>
  Array.isArray(value) ? [] : [`${path} has to be a list, of what piiGuardrail() and its like give.`];

const extras = {
  persistence: oneOf('typeorm', 'memory'),
  dataSource: text,
  isGlobal: truth,
} satisfies Table<OrchestrationExtras>;

const options = {
  // Models and prices have rules of their own: names point at one another there.
  models: anything,
  templates: anything,
  guardrails: list,
  principal: pure,
  access,
  instrumentation,
  prices: anything,
  concurrency: whole(1),
  payloadLimit: whole(1),
  audit: fields({ retention: duration } satisfies Table<AuditOptions>),
  role: oneOf('both', 'start', 'work'),
  dispatcher,
  drainTimeout: duration,
  dedicatedConnection: truth,
} satisfies Table<OrchestrationOptions>;

/** Of the options that `forRoot` takes, or a factory gives. */
export const moduleOptions = fields({ ...options, ...extras });

/** Of what may stand beside the factory of `forRootAsync`. */
export const extraOptions = fields(extras);
