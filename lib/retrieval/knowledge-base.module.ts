import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { AccessControl } from '../access/index.js';
import { KnowledgeStore, RetrievalService } from '../context/index.js';
import { ModelService } from '../models/index.js';
import { assertOptions } from '../values/index.js';
import { KnowledgeBase } from './knowledge-base.js';
import { type KnowledgeBaseOptions, knowledgeBaseProblems } from './knowledge-base.options.js';

/**
 * Adds knowledge bases to a Nest module. It takes `OrchestrationModule`, whose database they are in.
 * @example
 * ```ts
 * @Module({ imports: [KnowledgeBaseModule.forFeature('articles')], providers: [AnswerWorkflow] })
 * ```
 */
@Module({})
export class KnowledgeBaseModule {
  /** @param name tells it from other bases: the same name is the same base @throws {InvalidOptionsError} with all problems at once */
  static forFeature(name: string, options: KnowledgeBaseOptions = {}): DynamicModule {
    assertOptions(knowledgeBaseProblems(name, options));
    const provide = knowledgeBaseToken(name);
    return {
      module: KnowledgeBaseModule,
      providers: [
        {
          provide,
          useFactory: (
            store: KnowledgeStore,
            control: AccessControl,
            retrieval: RetrievalService,
            models: ModelService,
          ) => new KnowledgeBase(name, options, { store, control, retrieval, models }),
          inject: [KnowledgeStore, AccessControl, RetrievalService, ModelService],
        },
      ],
      exports: [provide],
    };
  }
}

/** Token of a knowledge base. */
export function knowledgeBaseToken(name: string): string {
  return `nestjs-nestor:knowledge-base:${name}`;
}

/**
 * Injects a knowledge base.
 * @example
 * constructor(@InjectKnowledgeBase('articles') private readonly articles: KnowledgeBase) {}
 */
export function InjectKnowledgeBase(name: string): ParameterDecorator & PropertyDecorator {
  return Inject(knowledgeBaseToken(name));
}
