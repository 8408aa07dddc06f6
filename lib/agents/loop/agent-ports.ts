import type { Clock } from '../../clock/index.js';
import type { ConversationThreads } from '../../conversations/index.js';
import type { LiveEvents } from '../../events/index.js';
import type { BlobStore } from '../../journal/index.js';
import type { ModelCaller, ModelCatalog, TemplateRegistry } from '../../models/index.js';
import type { ToolRegistry } from '../../tools/index.js';
import type { PayloadLimit } from '../../values/index.js';
import type { AgentClass } from '../agent.options.js';
import type { RegisteredAgent } from '../registered-agent.js';

/** What a call of an agent needs of the application. */
export interface AgentPorts {
  readonly agents: {
    get(agent: AgentClass | string): RegisteredAgent;
    find(name: string): RegisteredAgent | undefined;
  };
  readonly live: LiveEvents;
  readonly threads: ConversationThreads;
  readonly tools: Pick<ToolRegistry, 'toolSet'>;
  readonly caller: ModelCaller;
  readonly catalog: ModelCatalog;
  readonly templates: Pick<TemplateRegistry, 'resolve'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly blobs: BlobStore;
  readonly limit: PayloadLimit;
}
