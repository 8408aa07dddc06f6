import type { RunStatus } from '../workflow/index.js';
import type { AgentEventOptions } from './events/agent-event.js';
import type { AgentEventStream } from './events/agent-event-stream.js';

/** A run of an agent, to ask and to tell: the handle that the orchestrator gives. */
export interface AgentRunHandle {
  readonly id: string;
  status(): Promise<RunStatus>;
  cancel(reason: string): Promise<void>;
  pause(reason?: string): Promise<void>;
  resume(): Promise<void>;
  sendMessage(text: string, options?: { readonly call?: string | undefined }): Promise<void>;
  agentEvents(options?: AgentEventOptions): AgentEventStream;
}
