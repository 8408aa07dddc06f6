import { Module } from '@nestjs/common';
import { KnowledgeBaseModule } from 'nestjs-nestor/retrieval';
import { KnowledgeLoader } from './knowledge-loader.js';
import { KnowledgeService } from './knowledge.service.js';

/** By words and by pieces of words: that takes no vendor. With a model of one, paraphrases are found as well. */
const articles = KnowledgeBaseModule.forFeature('articles', { embedding: { model: 'ngram/512' } });

@Module({
  imports: [articles],
  providers: [KnowledgeService, KnowledgeLoader],
  exports: [KnowledgeService, articles],
})
export class KnowledgeModule {}
