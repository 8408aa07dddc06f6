import { type DynamicModule, Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { OrchestrationModule } from 'nestjs-nestor';
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
  static with(database: DatabasePlace): DynamicModule {
    const { providers, aliases } = modelsFrom(process.env);
    return {
      module: AppModule,
      imports: [
        DatabaseModule.at(database),
        EventEmitterModule.forRoot(),
        OrchestrationModule.forRoot({
          models: { providers, aliases, default: 'fast' },
          templates: { directory: sampleFile('prompts') },
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
