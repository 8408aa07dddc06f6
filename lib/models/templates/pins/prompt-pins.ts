/** What was done to the pin of a template, and by whom. */
export interface PromptPinChange {
  /** Of the template. */
  readonly name: string;
  /** Null: it was taken away. */
  readonly version: string | null;
  readonly reason: string | null;
  readonly by: string;
  readonly at: Date;
}

/** Where pins are kept that were set at run time: every change is, and the last one counts. */
export abstract class PromptPins {
  /** Versions by the name of the template. */
  abstract read(): Promise<ReadonlyMap<string, string>>;
  abstract change(change: Omit<PromptPinChange, 'at'>): Promise<void>;
  /** The newest first. */
  abstract changes(limit: number): Promise<readonly PromptPinChange[]>;
}
