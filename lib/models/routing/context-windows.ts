import { InputValidationError } from '../../errors/index.js';
import { listedWindow } from '../prices/context-window.js';

/** How much models read and write in one request: as the application says, or the list of `@pydantic/genai-prices`. */
export class ContextWindows {
  private readonly known = new Map<string, number | undefined>();

  /** @param windows by `provider/model`, or `provider/*` for all others of a provider */
  constructor(private readonly windows: Readonly<Record<string, number>> = {}) {}

  /** In tokens; undefined where it is not known. @param model `openai/gpt-5-mini` */
  of(model: string): number | undefined {
    if (!this.known.has(model)) {
      const { windows } = this;
      const ofProvider = windows[`${model.slice(0, model.indexOf('/'))}/*`];
      this.known.set(model, windows[model] ?? ofProvider ?? listedWindow(model));
    }
    return this.known.get(model);
  }

  /** @throws {InputValidationError} if it is not known */
  required(model: string): number {
    const window = this.of(model);
    if (window !== undefined) return window;
    throw new InputValidationError(
      `How many tokens '${model}' reads is not known: give it in 'models.windows' of the module options, or say a number of tokens.`,
      { details: { model } },
    );
  }
}
