import type { ToolSelection } from '../tools/index.js';
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

function listOf<T>(lazy: Lazy<T> | undefined): readonly T[] {
  return typeof lazy === 'function' ? lazy() : (lazy ?? []);
}
