import type { ToolSelection } from '../tools/index.js';
import { Handoff } from './handoffs/handoff.js';
import type { AgentClass, AgentOptions, Lazy } from './agent.options.js';

/** An agent of the application. */
export interface RegisteredAgent {
  readonly name: string;
  readonly type: AgentClass;
  readonly options: AgentOptions;
}

/** The tools that an agent names. */
export function toolsOf({ tools }: AgentOptions): readonly ToolSelection[] {
  return listOf(tools);
}

/** The agents to which an agent may hand over; undefined is a class that was not there yet when it was written down. */
export function handoffsOf({ handoffs }: AgentOptions): readonly (Handoff | undefined)[] {
  return listOf(handoffs).map((one: AgentClass | Handoff | undefined) =>
    one === undefined || one instanceof Handoff ? one : new Handoff(one, {}),
  );
}

function listOf<T>(lazy: Lazy<T> | undefined): readonly T[] {
  return typeof lazy === 'function' ? lazy() : (lazy ?? []);
}
