import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import {
  ConfigurableModuleClass,
  type OrchestrationAsyncOptions,
  type OrchestrationModuleOptions,
} from './orchestration.configurable.js';
import { checkExtras } from './orchestration.options-check.js';
import { orchestrationExports, orchestrationProviders } from './orchestration.providers.js';

/** What Nest itself reads beside a factory. */
const ofNest: ReadonlySet<string> = new Set([
  'imports',
  'inject',
  'provideInjectionTokensFrom',
  'useClass',
  'useExisting',
  'useFactory',
]);

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
  imports: [DiscoveryModule],
  providers: [...orchestrationProviders],
  exports: [...orchestrationExports],
})
export class OrchestrationModule extends ConfigurableModuleClass {
  /** @throws {InvalidOptionsError} at boot, with all problems at once */
  static override forRoot(options: OrchestrationModuleOptions = {}): DynamicModule {
    // What these decide is decided before anything boots.
    const { persistence, dataSource, isGlobal } = options;
    checkExtras({ persistence, dataSource, isGlobal });
    return super.forRoot(options);
  }

  /** @throws {InvalidOptionsError} at once for what is beside the factory, at boot for what it gives */
  static override forRootAsync(options: OrchestrationAsyncOptions): DynamicModule {
    checkExtras(Object.fromEntries(Object.entries(options).filter(([name]) => !ofNest.has(name))));
    return super.forRootAsync(options);
  }
}
