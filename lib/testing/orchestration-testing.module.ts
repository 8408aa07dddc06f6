import { type DynamicModule, Module } from '@nestjs/common';
import { OrchestrationModule, type OrchestrationOptions } from '../module/index.js';

/** `OrchestrationModule` on a memory journal: for tests that need no database. */
@Module({})
export class OrchestrationTestingModule {
  static forRoot(options: OrchestrationOptions = {}): DynamicModule {
    return {
      module: OrchestrationTestingModule,
      imports: [OrchestrationModule.forRoot({ ...options, persistence: 'memory' })],
    };
  }
}
