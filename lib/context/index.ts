export type { AssembledContext, ContextSection } from './assembly/assembled-context.js';
export { ContextService } from './assembly/context.service.js';
export {
  type ContextPart,
  type GivenConversation,
  type GivenMemories,
  type GivenPassages,
  type GivenText,
  type GivenValue,
  type MemoriesPartOptions,
  type NamedPart,
  part,
  type PartOptions,
  type RetrievedPartOptions,
  type TextPartOptions,
} from './assembly/context-part.js';
export { type ErasedPerson, type Erasure, ErasureService } from './erasure/erasure.service.js';
export type { LeftOut, LeftOutReason } from './assembly/fitting.js';
export type { Assembly } from './assembly/read-assembly.js';
export {
  type DocumentKey,
  type FoundChunk,
  type KnowledgeReader,
  type KnowledgeSearch,
  type KnowledgeStats,
  KnowledgeStore,
  type ListedDocument,
  type PutOutcome,
  type StoredChunk,
  type StoredDocument,
  type WholeDocument,
} from './knowledge/knowledge-store.js';
export { MemoryKnowledgeStore } from './knowledge/memory-knowledge-store.js';
export { TypeOrmKnowledgeStore } from './knowledge/typeorm-knowledge-store.js';
export { type RetrievalContext, type RetrievalQuery, Retriever } from './retrieval/retriever.js';
export { ExpirySweep } from './expiry-sweep.js';
export { InProcessMemories } from './memory/in-process-memories.js';
export { Memories } from './memory/memories.js';
export type { Memory, MemoryOrigin, MemoryScope, RecalledMemory } from './memory/memory.js';
export { MemoryAccess } from './memory/memory-access.js';
export type {
  ForgottenMemories,
  MemoryFilter,
  MemoryOwner,
  MemoryQuery,
  NewMemory,
} from './memory/memory-options.js';
export { type MemorySubject, memoryTools, type MemoryToolsOptions } from './memory/memory-tools.js';
export { MemoryService } from './memory/memory.service.js';
export { TypeOrmMemories } from './memory/typeorm-memories.js';
export { mostPassages } from './retrieval/read-query.js';
export { RetrievalService } from './retrieval/retrieval.service.js';
