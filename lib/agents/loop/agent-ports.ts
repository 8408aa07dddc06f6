import type { Clock } from '../../clock/index.js';
import type { BlobStore } from '../../journal/index.js';
import type { ModelCaller, ModelCatalog, TemplateRegistry } from '../../models/index.js';
import type { PayloadLimit } from '../../values/index.js';

/** What a call of an agent needs of the application. */
export interface AgentPorts {
  readonly caller: ModelCaller;
  readonly catalog: ModelCatalog;
  readonly templates: Pick<TemplateRegistry, 'resolve'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly blobs: BlobStore;
  readonly limit: PayloadLimit;
}
