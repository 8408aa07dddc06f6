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
export { AgentHosts } from './agent-hosts.js';
export { AgentRegistry } from './agent-registry.js';
export type { AgentResult, AgentStop, RecordedAgentResult } from './agent-result.js';
export { type AgentRun, type AgentRunOptions, AgentRuns } from './agent-runs.js';
export { AgentService } from './agent.service.js';
export { AgentTools } from './tools/agent-tools.js';
