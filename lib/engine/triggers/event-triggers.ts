import { AccessControl } from '../../access/index.js';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MetadataAccessor, type StartOnMetadata } from '../../decorators/index.js';
import { WorkflowRegistry } from '../../discovery/index.js';
import { errorMessage, InvalidWorkflowDefinitionError, logSafely } from '../../errors/index.js';
import { EventEmitterLocator } from '../observe/event-emitter-locator.js';
import { CurrentPrincipal } from '../../scope/index.js';
import { assertDeclared } from './assert-declared.js';
import { Orchestrator } from '../api/orchestrator.js';

/** `@StartOn`: events of the host start runs. */
@Injectable()
export class EventTriggers implements OnApplicationBootstrap {
  constructor(
    @Inject(WorkflowRegistry) private readonly registry: WorkflowRegistry,
    @Inject(Orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(EventEmitterLocator) private readonly finder: EventEmitterLocator,
    @Inject(CurrentPrincipal) private readonly current: CurrentPrincipal,
    @Inject(AccessControl) private readonly access: AccessControl,
  ) {}

  /** @throws {InvalidWorkflowDefinitionError} if the host has no `EventEmitter2` */
  onApplicationBootstrap(): void {
    for (const { name } of this.registry.list()) {
      for (const trigger of MetadataAccessor.ofClass(this.registry.classOf(name), 'nestjs-nestor:start-on') ??
        [])
        this.listen(name, trigger);
    }
  }

  private listen(workflow: string, trigger: StartOnMetadata): void {
    assertDeclared(this.access, workflow, `@StartOn('${trigger.event}')`, trigger);
    const emitter = this.finder.find();
    if (!emitter) {
      throw new InvalidWorkflowDefinitionError(
        `@StartOn('${trigger.event}') of ${workflow} needs the host's EventEmitter2: import EventEmitterModule.forRoot() of @nestjs/event-emitter.`,
      );
    }
    emitter.on(trigger.event, (event: unknown) => void this.start(workflow, trigger, event));
  }

  /** Never rejects: nobody is there to hear of it but the log, and the failed run that a refusal leaves. */
  private async start(
    workflow: string,
    { event: name, map, principal }: StartOnMetadata,
    event: unknown,
  ): Promise<void> {
    try {
      // The decorator has typed the functions by the event that the host sends under this name.
      const input = map ? map(event as never) : event;
      const named = typeof principal === 'function' ? principal(event as never) : principal;
      const cause = this.current.get();
      const start = () =>
        this.orchestrator.startTriggered(
          workflow,
          input,
          named ? { principal: named } : {},
          cause ? [cause.id] : [],
        );
      // What the host has declared is not up to who happens to have caused it.
      await (named ? this.current.asSystem({ name: '@StartOn', reason: name }, start) : start());
    } catch (error) {
      logSafely('error', `The event ${name} could not start ${workflow}: ${errorMessage(error)}`);
    }
  }
}
