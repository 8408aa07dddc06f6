import type { PerformContext } from '../../scope/index.js';
import type { ModelDelta, ProviderAnswer } from '../provider/model-provider.js';
import { truncatedAnswer } from '../provider/provider-failure.js';
import type { AnswerListener } from './answer-listener.js';

/** Passes on what a stream says. What a broken attempt has said is taken back, and it is heard no more. */
export async function listen(
  model: string,
  deltas: AsyncIterable<ModelDelta>,
  context: PerformContext,
  listener: AnswerListener,
): Promise<ProviderAnswer> {
  const { signal } = context;
  let received = false;
  const retract = (): void => {
    if (received) listener.restart();
    received = false;
  };
  signal.addEventListener('abort', retract, { once: true });
  try {
    for await (const delta of deltas) {
      signal.throwIfAborted();
      context.heartbeat();
      if (delta.type === 'end') return delta.answer;
      received = true;
      if (delta.type === 'reasoning') listener.reasoning?.(delta.text);
      else listener.text(delta.text);
    }
    throw truncatedAnswer(model, 'the stream ended before the answer was whole');
  } catch (error) {
    retract();
    throw error;
  } finally {
    signal.removeEventListener('abort', retract);
  }
}
