import type { RegisteredTool } from './registered-tool.js';

/** Tools that a function has made, such as `askUser()`: they are offered where they are listed. */
export class GivenTools {
  // Not `private`: nothing else is taken for it.
  readonly #tools: readonly RegisteredTool[];

  /** @internal @param tools in the order in which they are offered */
  constructor(tools: readonly RegisteredTool[]) {
    this.#tools = tools;
  }

  /** @internal */
  get tools(): readonly RegisteredTool[] {
    return this.#tools;
  }
}
