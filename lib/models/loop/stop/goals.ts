import { workflowNameOf } from '../../../decorators/index.js';
import { InputValidationError } from '../../../errors/index.js';
import type { JsonValue } from '../../../values/index.js';
import type { LoopEvent, StopCondition } from './stop-condition.js';

/** Stops when a tool of that name was called and has given a result. */
export function toolCalled(name: string): StopCondition {
  return goal('toolCalled', { toolCalled: name }, (event) =>
    event.type === 'toolResult' && event.call.name === name && !event.isError
      ? `'${name}' was called`
      : undefined,
  );
}

/** The class of an agent, or its name. */
export type AgentReference = string | (abstract new (...args: never[]) => unknown);

/** Stops when the model has said a text, or what fits a pattern. @param options `by`: only of that agent */
export function said(
  text: string | RegExp,
  options: { readonly by?: AgentReference | undefined } = {},
): StopCondition {
  const by = options.by === undefined ? undefined : agentName('said({ by })', options.by);
  return goal('said', { said: String(text), ...(by === undefined ? {} : { by }) }, (event) => {
    if (event.type !== 'text' || (by !== undefined && event.agent !== by)) return undefined;
    // A pattern with /g or /y remembers where it stopped: search() does not.
    const isSaid = typeof text === 'string' ? event.text.includes(text) : event.text.search(text) >= 0;
    return isSaid ? `${by ?? 'the model'} has said ${String(text)}` : undefined;
  });
}

/** Stops when the conversation was handed over to that agent. */
export function handedOffTo(agent: AgentReference): StopCondition {
  const name = agentName('handedOffTo()', agent);
  return goal('handedOffTo', { handedOffTo: name }, (event) =>
    event.type === 'handoff' && event.to === name ? `the conversation was handed over to ${name}` : undefined,
  );
}

/**
 * Stops when a function says so. It is asked about each event while it happens, and not again about what is on record
 * when a loop continues after a crash or a wait.
 * @param reason gives why to stop, or undefined
 */
export function custom(
  name: string,
  reason: (event: LoopEvent) => string | undefined,
  kind: StopCondition['kind'] = 'limit',
): StopCondition {
  return {
    name,
    kind,
    describe: () => ({ custom: name }),
    isRecorded: true,
    initial: null,
    next: (state, event) => {
      const stop = event.isPast ? undefined : reason(event);
      return stop === undefined ? { state } : { state, stop };
    },
  };
}

function goal(
  name: string,
  description: JsonValue,
  reason: (event: LoopEvent) => string | undefined,
): StopCondition {
  return {
    name,
    kind: 'goal',
    describe: () => description,
    initial: null,
    next: (state, event) => {
      const stop = reason(event);
      return stop === undefined ? { state } : { state, stop };
    },
  };
}

/** @throws {InputValidationError} if it is not one */
function agentName(where: string, agent: AgentReference | undefined): string {
  if (typeof agent === 'string') return agent;
  const name = agent && workflowNameOf(agent);
  if (name !== undefined) return name;
  throw new InputValidationError(
    agent === undefined
      ? `${where} was given undefined, which is a class that is not there yet: two files import each other. Write the name of the agent instead.`
      : `${where} was given ${agent.name}, which is not a class with @Agent().`,
  );
}
