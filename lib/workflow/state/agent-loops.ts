import { conversationCalls, turnParts } from '../../scope/index.js';
import type { RunRecord } from '../records/record.js';
import type { RememberedCall, RunState } from './run-state.js';
import { activations } from './state.js';

/** A call of an agent that is on record by what it has done. */
export interface AgentLoop {
  /** Key of the call. */
  readonly call: string;
  /** Its last answer is on record, or what was said is in its conversation: it is told of nothing more. */
  readonly hasAnswered: boolean;
}

/** The calls of agents that have not come to their end. */
export function agentLoops(state: RunState): readonly AgentLoop[] {
  const loops = new Map<string, AgentLoop>();
  for (const { activation } of activations(state))
    for (const call of activation.calls.values()) {
      const { kind, position, within } = call;
      if (position === undefined || within === undefined) continue;
      if (activation.calls.get(within)?.status === 'completed') continue;
      if (kind === 'model') loops.set(within, { call: within, hasAnswered: isLastAnswer(call) });
      else if (isKept(call)) loops.set(within, { call: within, hasAnswered: true });
    }
  return [...loops.values()];
}

/** Whether it has put what was said into a conversation. */
function isKept({ name, status }: RememberedCall): boolean {
  return name === conversationCalls.appended && status === 'completed';
}

/** Whether an answer of a model asks for nothing more, or was asked for as the last one. */
function isLastAnswer({ status, position = [], result }: RememberedCall): boolean {
  if (status !== 'completed' || position[1] === turnParts.summary) return false;
  const answer = result as
    { readonly toolCalls?: readonly unknown[]; readonly finishReason?: string } | undefined;
  return position.length > 1 || (answer?.toolCalls?.length === 0 && answer.finishReason === 'stop');
}

/** A turn has told its agent of what was said. */
export function takeSaid(state: RunState, { payload }: RunRecord<'call.completed'>): void {
  if (!state.said || payload.kind !== 'model') return;
  const { said } = (payload.arguments ?? {}) as { readonly said?: readonly { readonly id: string }[] };
  if (said) state.said = state.said.filter(({ id }) => !said.some((told) => told.id === id));
}
