import { nothingProvided, type RegisteredTool, ToolRegistry, type ToolSource } from '../tools/index.js';
import { ScriptedModel } from '../testing/scripted-model.js';
import { MemoryBlobStore, MemoryStore } from '../journal/index.js';
import { SystemClock } from '../clock/index.js';
import { ConversationAccess, ConversationThreads, MemoryConversations } from '../conversations/index.js';
import { AccessControl, RoleAccessPolicy } from '../access/index.js';
import { CurrentPrincipal } from '../scope/index.js';
import { PayloadLimit } from '../values/index.js';
import { DefaultPriceTable } from './prices/default-price-table.js';
import { FakeGate } from '../tools/fake-gate.fixture.js';
import { ModelCaller } from './loop/model-caller.js';
import { ModelCatalog } from './routing/model-catalog.js';
import { ModelService } from './model.service.js';
import type { ModelsOptions, TemplatesOptions } from './models-options.js';
import { TemplateRegistry } from './templates/template-registry.js';

/** A ModelService on two scripted vendors, `alpha` and `beta`, behind a fake gate. */
export function modelService(
  options: Partial<ModelsOptions> & {
    templates?: TemplatesOptions;
    tools?: readonly RegisteredTool[];
    sources?: readonly ToolSource[];
  } = {},
) {
  const { tools = [], sources = [] } = options;
  const alpha = new ScriptedModel('alpha');
  const beta = new ScriptedModel('beta');
  const gate = new FakeGate();
  const catalog = new ModelCatalog({
    providers: [alpha, beta],
    aliases: { fast: ['alpha/small', 'beta/small'] },
    default: 'fast',
    ...options,
  });
  const prices = new DefaultPriceTable({
    models: { 'alpha/*': { inputPerMillion: 1, outputPerMillion: 2 } },
    ceiling: { inputPerMillion: 10, outputPerMillion: 20 },
  });
  const limit = new PayloadLimit();
  const store = new MemoryStore();
  const blobs = new MemoryBlobStore(store);
  const conversations = new MemoryConversations(store, new SystemClock());
  const settings = { knowsPrincipals: false, tenancy: 'optional' } as const;
  const control = new AccessControl(new RoleAccessPolicy(), new CurrentPrincipal(), settings);
  const caller = new ModelCaller(catalog, prices, gate, limit);
  const templates = new TemplateRegistry(options.templates);
  const models = new ModelService(
    catalog,
    caller,
    templates,
    new ToolRegistry([{ origin: 'application', tools: () => tools }, ...sources], gate, {
      get: nothingProvided,
    }),
    blobs,
    limit,
    new ConversationThreads(conversations, new ConversationAccess(conversations, control)),
  );
  return { models, gate, alpha, beta, blobs };
}
