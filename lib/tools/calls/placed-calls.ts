import type { PlacedToolCall, RequestedToolCall } from './tool-calls.js';

/**
 * The calls of one answer in the order in which they are performed: the first handoff comes last, since whoever takes the
 * conversation over is not to perform calls of another. Other handoffs of the answer are not performed.
 * @param handoffOf the agent to which a tool hands the conversation over, by the tool's name
 */
export function placedCalls<Call extends RequestedToolCall>(
  calls: readonly Call[],
  handoffOf: (name: string) => string | undefined,
): readonly (PlacedToolCall & { readonly call: Call })[] {
  const first = calls.findIndex(({ name }) => handoffOf(name) !== undefined);
  const placed = calls.map((call, index) => {
    const handoff = handoffOf(call.name);
    return {
      call,
      index,
      ...(handoff === undefined ? {} : { handoff, ...(index === first ? {} : { isSurplus: true }) }),
    };
  });
  const last = placed[first];
  return last ? [...placed.filter((one) => one !== last), last] : placed;
}
