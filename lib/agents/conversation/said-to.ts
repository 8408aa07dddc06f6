import { instanceOf } from '../../values/index.js';
import type { RunCreated } from '../../workflow/index.js';
import type { AgentRegistry } from '../agent-registry.js';
import type { PendingMessage } from '../agent-result.js';
import { firstMessages } from '../loop/agent-prompt.js';

/** What a user has said to a run of an agent, as its conversation will have it. */
export function saidTo(
  agents: Pick<AgentRegistry, 'find'>,
  runId: string,
  created: RunCreated | undefined,
): readonly PendingMessage[] {
  const agent = created && agents.find(created.workflow);
  if (!created || !agent) return [];
  const { type, options } = agent;
  const input = type.input ? instanceOf(type.input, created.input) : created.input;
  return firstMessages(options, input)
    .filter(({ role }) => role !== 'system')
    .map((message, index) => ({
      id: index === 0 ? (created.conversation?.messageId ?? runId) : `${runId}-${index}`,
      message,
    }));
}
