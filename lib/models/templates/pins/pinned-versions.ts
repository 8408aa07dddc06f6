import { AccessControl, actorOf } from '../../../access/index.js';
import { errorText, logSafely } from '../../../errors/index.js';
import { boundedText, textLimits } from '../../../values/index.js';
import { type PromptPinChange, PromptPins } from './prompt-pins.js';

/** The pins that were set at run time, as this process has read them last. */
export class PinnedVersions {
  private known: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly pins: PromptPins,
    private readonly access: AccessControl,
  ) {}

  of(name: string): string | undefined {
    return this.known.get(name);
  }

  /** Never rejects: where it can't be read, what was read before counts. */
  async refresh(): Promise<void> {
    try {
      this.known = await this.pins.read();
    } catch (error) {
      logSafely('warn', `The pins of prompts could not be read: ${errorText(error)}`);
    }
  }

  /** @param version undefined: the pin is taken away @throws {AccessDeniedError} without `prompt.pin` */
  async pin(name: string, version: string | undefined, reason: string | undefined): Promise<void> {
    const caller = await this.access.caller(undefined, 'prompt.pin');
    await this.access.assertShared(caller, 'prompt.pin', { kind: 'prompt', name });
    await this.pins.change({
      name,
      version: version ?? null,
      reason: reason === undefined ? null : boundedText(reason, textLimits.reason),
      by: actorOf(caller).id,
    });
    this.known = await this.pins.read();
  }

  /** @throws {AccessDeniedError} without `prompt.pin` */
  async changes(limit: number): Promise<readonly PromptPinChange[]> {
    const caller = await this.access.caller(undefined, 'prompt.pin');
    await this.access.assertShared(caller, 'prompt.pin', { kind: 'prompt' });
    return this.pins.changes(limit);
  }
}
