export {
  type DocumentKey,
  type FoundChunk,
  type KnowledgeReader,
  type KnowledgeSearch,
  type KnowledgeStats,
  KnowledgeStore,
  type PutOutcome,
  type StoredChunk,
  type StoredDocument,
} from './knowledge/knowledge-store.js';
export { MemoryKnowledgeStore } from './knowledge/memory-knowledge-store.js';
export { TypeOrmKnowledgeStore } from './knowledge/typeorm-knowledge-store.js';
export {
  type Passage,
  type PassageSource,
  type RetrievalContext,
  type RetrievalQuery,
  type RetrievedPassage,
  Retriever,
} from './retrieval/retriever.js';
export { RetrievalService } from './retrieval/retrieval.service.js';
