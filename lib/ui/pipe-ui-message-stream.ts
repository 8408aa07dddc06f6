import type { FollowedAgent } from '../agents/index.js';
import { type ErrorData, errorMessage, logSafely } from '../errors/index.js';
import { EventStreamResponse, type HttpResponse, noContent } from './event-stream-response.js';
import { readerErrorText } from './reader-error-text.js';
import type { StreamEncoder } from './stream-encoder.js';
import { UIMessageEncoder } from './ui-message-encoder.js';

export interface PipeOptions {
  /**
   * What happens to the run where the reader goes away before its end: it goes on, and can be read again, or it is cancelled. A lost
   * connection looks the same as a user who has pressed "stop". @default 'continue'
   */
  readonly onDisconnect?: 'continue' | 'cancel' | undefined;
  /** `after` of `readUIMessages()`: what the reader has already. @default from the beginning */
  readonly after?: string | undefined;
  /** What the reader is told where the run fails. @default the message of an error below status 500, else that it failed */
  readonly errorText?: ((error: ErrorData) => string) | undefined;
}

/**
 * Writes what a run of agents does as the AI SDK's UI message stream, version 1, which `useChat` reads. Ends with the run, or where
 * the reader has to confirm or perform something. A source that is undefined is answered with 204: nothing is going on.
 * @param response what `@Res()` gives on Express and Fastify
 * @returns when it is written, or the reader has gone away
 * @throws {InputValidationError} if `after` is not a position, before anything is written
 * @example
 * await pipeUIMessageStream(await this.agents.resume(chat), response);
 */
export async function pipeUIMessageStream(
  source: FollowedAgent | undefined,
  response: HttpResponse,
  { onDisconnect = 'continue', after, errorText = readerErrorText }: PipeOptions = {},
): Promise<void> {
  if (!source) return noContent(response);
  const encoder = new UIMessageEncoder({ runId: source.handle.id, after, errorText });
  const stream = new EventStreamResponse(response, { 'x-vercel-ai-ui-message-stream': 'v1' });
  const isRead = await pipe(source, encoder, stream);
  stream.end();
  if (isRead || onDisconnect === 'continue') return;
  await source.handle
    .cancel('The client has disconnected.')
    .catch((error: unknown) => logSafely('warn', `A run goes on without a reader: ${errorMessage(error)}`));
}

/** Whether it was read to its end. */
async function pipe<Chunk>(
  { events }: FollowedAgent,
  encoder: StreamEncoder<Chunk>,
  stream: EventStreamResponse,
): Promise<boolean> {
  const reading = events[Symbol.asyncIterator]();
  void stream.closed.then(() => reading.return?.());
  try {
    await stream.write(encoder.start());
    for (let next = await reading.next(); !next.done; next = await reading.next()) {
      await stream.write(encoder.event(next.value));
      if (encoder.isReadersTurn) break;
    }
    if (stream.isClosed) return false;
    await stream.write(encoder.finish());
  } catch (error) {
    logSafely('error', `The events of a run could not be read: ${errorMessage(error)}`);
    await stream.write(encoder.failed());
  } finally {
    await reading.return?.();
  }
  return true;
}
