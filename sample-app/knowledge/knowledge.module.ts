import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Article } from './article.entity.js';
import { KnowledgeLoader } from './knowledge-loader.js';
import { KnowledgeService } from './knowledge.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Article])],
  providers: [KnowledgeService, KnowledgeLoader],
  exports: [KnowledgeService],
})
export class KnowledgeModule {}
