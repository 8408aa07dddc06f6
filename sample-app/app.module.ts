import { type DynamicModule, Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { OrchestrationModule, type VersionSplit } from 'nestjs-nestor';
import { ApiModule } from './api/index.js';
import { ChatModule } from './chat/index.js';
import { DatabaseModule, type DatabasePlace } from './database/index.js';
import { sampleFile } from './files.js';
import { guardrails } from './guardrails.js';
import { access, IdentityModule, principalOf } from './identity/index.js';
import { budgets, concurrencyLimits, rateLimits } from './limits/index.js';
import { modelsFrom } from './models.js';
import { RefundsModule } from './refunds/index.js';
import { SupportModule } from './support/index.js';

/** An ordinary Nest backend; Nestor is one module of it. */
@Module({})
export class AppModule {
  /** @param drafts which share of tickets gets which version of the prompt that drafts replies. @default the newest for all */
  static with(database: DatabasePlace, drafts?: VersionSplit): DynamicModule {
    const { providers, aliases } = modelsFrom(process.env);
    return {
      module: AppModule,
      imports: [
        DatabaseModule.at(database),
        EventEmitterModule.forRoot(),
        OrchestrationModule.forRoot({
          models: { providers, aliases, default: 'fast' },
          templates: { directory: sampleFile('prompts'), ...(drafts ? { split: { draft: drafts } } : {}) },
          guardrails,
          principal: principalOf,
          access,
          budgets,
          rateLimits,
          concurrencyLimits,
        }),
        IdentityModule,
        SupportModule,
        RefundsModule,
        ChatModule,
        ApiModule,
      ],
    };
  }
}
