export { Agent } from './agent.decorator.js';
export type {
  AgentClass,
  AgentContext,
  AgentHandoff,
  AgentOverrides,
  AnsweredTurn,
  ContextOptions,
  LimitReviewOptions,
  NextTurn,
  TurnChanges,
  AgentInstructions,
  AgentOptions,
  AgentOutputOf,
  Lazy,
} from './agent.options.js';
export {
  handoff,
  Handoff,
  type HandoffHistory,
  type HandoffOptions,
  type HandoffSaid,
} from './handoffs/handoff.js';
export { AgentEventFold } from './events/agent-event-fold.js';
export { type EventPosition, isBehind, positionText, readPosition } from './events/event-position.js';
export { AgentEventStream } from './events/agent-event-stream.js';
export type {
  AgentEvent,
  AgentEventBody,
  AgentEventOptions,
  AgentEventSource,
} from './events/agent-event.js';
export type { AgentRunHandle } from './agent-run-handle.js';
export { AgentHosts } from './agent-hosts.js';
export { AgentRegistry } from './agent-registry.js';
export type {
  AgentResult,
  FollowedAgent,
  RecordedAgentResult,
  ResumedAgent,
  PendingMessage,
  StreamedAgent,
} from './agent-result.js';
export type { AgentStop } from './agent-stop.js';
export { type AgentRun, type AgentRunOptions, AgentRuns, type StartedAgentRun } from './agent-runs.js';
export { AgentService } from './agent.service.js';
export { AgentTools } from './tools/agent-tools.js';
