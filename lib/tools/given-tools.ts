import type { RegisteredTool } from './registered-tool.js';

/** Gives what the application provides, by class or token. */
export type Provided = <T>(token: (abstract new (...args: never[]) => T) | string | symbol) => T;

/** Tools that a function has made, such as `askUser()`: they are offered where they are listed. */
export class GivenTools {
  // Not `private`: nothing else is taken for it.
  readonly #make: (provided: Provided) => readonly RegisteredTool[];
  /** The same tools each time, so that they can be told apart. */
  #tools: { readonly provided: Provided; readonly tools: readonly RegisteredTool[] } | undefined;

  /** @internal @param tools in the order in which they are offered; made of what the application provides, once they are called */
  constructor(tools: readonly RegisteredTool[] | ((provided: Provided) => readonly RegisteredTool[])) {
    this.#make = typeof tools === 'function' ? tools : () => tools;
  }

  /** @internal To look at, before anything is provided. */
  get tools(): readonly RegisteredTool[] {
    return this.#make(nothingProvided);
  }

  /** @internal To call. */
  boundTo(provided: Provided): readonly RegisteredTool[] {
    if (this.#tools?.provided !== provided) this.#tools = { provided, tools: this.#make(provided) };
    return this.#tools.tools;
  }
}

/** @throws always */
export const nothingProvided: Provided = () => {
  throw new Error('tools are called by a registry of tools: this is a bug in Nestor');
};
