import type { ConversationMedia } from '../../media/index.js';
import type { ConversationUse } from '../../scope/index.js';
import { newId } from '../../values/index.js';
import type { Message } from '../provider/model-provider.js';
import type { SpokenMessage, ThreadPorts } from './conversation-thread.js';
import { firstShown } from './exchanges.js';
import { roomFor } from './room-for-input.js';
import { shownHistory } from './shown-history.js';

/** The conversation in which code answers that is in no run: nobody holds it, and what is said is written at the end. */
export class ThreadOutside {
  private constructor(
    private readonly ports: ThreadPorts,
    private readonly use: ConversationUse,
    private readonly key: string,
    readonly history: readonly Message[],
    readonly media: ConversationMedia,
  ) {}

  /** @throws {ConversationNotFoundError} {ConversationBusyError} if a run answers in it */
  static async open(
    ports: ThreadPorts,
    use: ConversationUse,
    media: ConversationMedia,
  ): Promise<ThreadOutside> {
    const row = await ports.threads.free(use.id);
    const { key, summary, summaryUntil } = await roomFor(use, row, ports.threads);
    const rows = await ports.threads.said(key, { after: summaryUntil ?? 0 });
    const said = rows.map(({ body }) => body);
    const shown = rows.slice(use.window ? firstShown(said, use.window.tokens) : 0);
    const history = await shownHistory({ key, summary, rows: shown }, media);
    return new ThreadOutside(ports, use, key, history, media);
  }

  async append(said: readonly SpokenMessage[]): Promise<void> {
    const { media, key, use } = this;
    const messages = said.map(({ message }, index) => ({
      id: index === 0 && use.messageId !== undefined ? use.messageId : newId(),
      message: { ...message, content: media.referring(message.content) },
    }));
    await media.store(
      key,
      messages.map(({ message }) => message.content),
    );
    await this.ports.threads.add(key, messages);
  }

  async release(): Promise<void> {
    // Nobody holds it.
  }
}
