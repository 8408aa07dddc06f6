import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import {
  ConfigurableModuleClass,
  type OrchestrationAsyncOptions,
  type OrchestrationModuleOptions,
} from './orchestration.configurable.js';
import { orchestrationExports, orchestrationProviders } from './orchestration.providers.js';

/**
 * Adds orchestration to a Nest backend: finds workflows, tools and guardrails among the providers of all modules,
 * checks them at boot, and runs them.
 *
 * @example
 * ```ts
 * OrchestrationModule.forRoot({ models: { providers: [openai({ apiKey })], default: 'openai/gpt-5-mini' } })
 * ```
 */
@Module({
  imports: [DiscoveryModule, ScheduleModule.forRoot()],
  providers: [...orchestrationProviders],
  exports: [...orchestrationExports],
})
export class OrchestrationModule extends ConfigurableModuleClass {
  /** @throws {InvalidOptionsError} at boot, with all problems at once */
  static override forRoot(options: OrchestrationModuleOptions = {}): DynamicModule {
    return super.forRoot(options);
  }

  static override forRootAsync(options: OrchestrationAsyncOptions): DynamicModule {
    return super.forRootAsync(options);
  }
}
