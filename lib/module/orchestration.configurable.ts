import {
  type ConfigurableModuleAsyncOptions,
  ConfigurableModuleBuilder,
  type DynamicModule,
  type Provider,
} from '@nestjs/common';
import type { OrchestrationExtras, OrchestrationOptions } from './orchestration.options.js';
import { persistenceProviders } from './orchestration.persistence.js';

export type OrchestrationModuleOptions = OrchestrationOptions & OrchestrationExtras;
export type OrchestrationAsyncOptions = ConfigurableModuleAsyncOptions<
  OrchestrationOptions,
  'createOrchestrationOptions'
> &
  OrchestrationExtras;

const builder = new ConfigurableModuleBuilder<OrchestrationOptions>()
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createOrchestrationOptions')
  .setExtras<OrchestrationExtras>({}, (definition, extras): DynamicModule => {
    const persistence: Provider[] = persistenceProviders(extras);
    return {
      ...definition,
      global: extras.isGlobal ?? true,
      providers: [...(definition.providers ?? []), ...persistence],
    };
  })
  .build();

export const { ConfigurableModuleClass } = builder;
/** Token of the options as the host gave them. */
export const OPTIONS_TOKEN = builder.MODULE_OPTIONS_TOKEN;
