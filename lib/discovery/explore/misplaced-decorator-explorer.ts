import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { MetadataAccessor } from '../../decorators/index.js';
import { classOf, type ProviderClass } from './providers/provider-class.js';
import { isBareOverride } from './read-workflow.js';

/** Finds decorators that nothing would ever read: each is a step, a tool or a review that somebody believes in. */
@Injectable()
export class MisplacedDecoratorExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  explore(): readonly string[] {
    const providers = new Set(this.discovery.getProviders().map(classOf));
    const controllers = new Set(this.discovery.getControllers().map(classOf));
    return [
      ...[...providers].flatMap((type) => (type ? this.inProvider(type) : [])),
      ...[...controllers].flatMap((type) => (type ? this.inController(type) : [])),
    ];
  }

  private inProvider(type: ProviderClass): readonly string[] {
    const isWorkflow = MetadataAccessor.ofClass(type, 'nestjs-nestor:workflow') !== undefined;
    const steps = this.decorated(type, 'nestjs-nestor:step');
    const reviews = this.decorated(type, 'nestjs-nestor:review');
    const tools = this.decorated(type, 'nestjs-nestor:tool');
    const triggers = (['nestjs-nestor:start-on', 'nestjs-nestor:start-every'] as const).filter(
      (key) => MetadataAccessor.ofClass(type, key) !== undefined,
    );
    return [
      ...(steps.length > 0 && !isWorkflow
        ? [`${type.name} has @Step methods (${steps.join(', ')}) but no @Workflow(). Put it on the class.`]
        : []),
      ...(triggers.length > 0 && !isWorkflow
        ? [`${type.name} has @StartOn or @StartEvery but no @Workflow(). Put it on the class.`]
        : []),
      ...this.decorated(type, 'nestjs-nestor:guardrail')
        .filter((method) => isBareOverride(type.prototype, method, 'nestjs-nestor:guardrail'))
        .map(
          (method) =>
            `${type.name}.${method} overrides a @Guardrail without @Guardrail. Put it on the override.`,
        ),
      ...reviews
        .filter((method) => !steps.includes(method) && !tools.includes(method))
        .map(
          (method) => `${type.name}.${method} has @HumanReview but neither @Step nor @Tool. Add one of them.`,
        ),
      ...steps
        .filter((method) => tools.includes(method))
        .map((method) => `${type.name}.${method} is a step and a tool. Put the tool on a method of its own.`),
    ];
  }

  private inController(type: ProviderClass): readonly string[] {
    return (['nestjs-nestor:step', 'nestjs-nestor:tool', 'nestjs-nestor:guardrail'] as const).flatMap((key) =>
      this.decorated(type, key).map(
        (method) =>
          `${type.name}.${method}: steps, tools and guardrails belong on providers, ${type.name} is a controller. Move it.`,
      ),
    );
  }

  private decorated(
    type: ProviderClass,
    key: 'nestjs-nestor:step' | 'nestjs-nestor:tool' | 'nestjs-nestor:guardrail' | 'nestjs-nestor:review',
  ): readonly string[] {
    return this.scanner
      .getAllMethodNames(type.prototype)
      .filter((method) => MetadataAccessor.ofMethod(type.prototype, method, key) !== undefined);
  }
}
