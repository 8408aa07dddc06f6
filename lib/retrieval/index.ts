export type { KnowledgeStats } from '../context/index.js';
export type { ChunkingOptions } from './chunking/chunks.js';
export type { Document } from './document.js';
export { ngramEmbeddings } from './embedding/ngram-embeddings.js';
export type { IngestReport } from './ingestion.js';
export { KnowledgeBase } from './knowledge-base.js';
export { InjectKnowledgeBase, KnowledgeBaseModule, knowledgeBaseToken } from './knowledge-base.module.js';
export type { KnowledgeBaseAccess, KnowledgeBaseOptions } from './knowledge-base.options.js';
export { retrievalTool, type RetrievalToolOptions } from './retrieval-tool.js';
