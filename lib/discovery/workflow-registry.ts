import { Injectable, type OnModuleInit, Optional } from '@nestjs/common';
import { type GuardrailDefinition, MetadataAccessor, type WorkflowClass } from '../decorators/index.js';
import { logSafely, UnknownWorkflowError } from '../errors/index.js';
import type { WorkflowDefinition } from '../workflow/index.js';
import { DiscoveredProviders } from './discovered-providers.js';
import { describeWorkflow, type WorkflowDescription } from './describe/describe-workflow.js';
import { DiscoverySettings } from './discovery-settings.js';
import type { FoundTool, FoundWorkflow } from './found.js';
import { toMermaid } from './describe/mermaid.js';
import { suggestion } from '../text/index.js';
import { ProviderInstances } from './explore/providers/provider-instances.js';
import { type InjectedCapabilities, injectedCapabilitiesOf } from './explore/injected-capabilities.js';
import { ShapeGuard } from './explore/shape-guard.js';
import { toolWarnings, warningsOf } from './checks/warnings.js';

/** All workflows of the application, checked at boot. */
@Injectable()
export class WorkflowRegistry implements OnModuleInit {
  constructor(
    private readonly catalogue: DiscoveredProviders,
    private readonly instances: ProviderInstances,
    private readonly shapes: ShapeGuard,
    @Optional() private readonly settings?: DiscoverySettings,
  ) {}

  /** @throws {InvalidWorkflowDefinitionError} that lists every problem of every definition. */
  onModuleInit(): void {
    const { workflows, tools: all } = this.catalogue.found;
    this.shapes.checkAll();
    for (const warning of toolWarnings(all)) logSafely('warn', warning);
    for (const workflow of workflows) {
      const { model, tools } = this.capabilitiesOf(workflow);
      for (const warning of warningsOf(workflow, model, tools)) logSafely('warn', warning);
    }
  }

  /** Every workflow, in the order in which Nest knows them. */
  list(): readonly WorkflowDefinition[] {
    return this.catalogue.found.workflows.map((workflow) => workflow.definition);
  }

  /** @throws {UnknownWorkflowError} with the nearest name. */
  get(workflow: string | WorkflowClass): WorkflowDefinition {
    return this.find(workflow).definition;
  }

  /** What the workflow does and who decides in it, as plain data. @throws {UnknownWorkflowError} */
  describe(workflow: string | WorkflowClass): WorkflowDescription {
    const found = this.find(workflow);
    const { model, tools } = this.capabilitiesOf(found);
    const definitions = tools.map((tool) => tool.definition);
    return describeWorkflow(found.definition, definitions, this.guardrails(), model);
  }

  /** @internal Whether code of the workflow's own class, or a guardrail beside it, may ask models. @throws {UnknownWorkflowError} */
  asksModels(workflow: string | WorkflowClass): boolean {
    return this.find(workflow).asksModels || this.catalogue.found.guardrails.some((one) => one.asksModels);
  }

  /** @internal Whether models may be asked in a run of the workflow, or in one of its sub-workflows. @throws {UnknownWorkflowError} */
  canReachModel(workflow: string | WorkflowClass): boolean {
    const reached = new Set<string>();
    const look = (name: string | WorkflowClass): boolean => {
      const { definition } = this.find(name);
      if (reached.has(definition.name)) return false;
      reached.add(definition.name);
      return (
        this.asksModels(name) ||
        definition.steps.some(({ delegate }) => delegate !== undefined && look(delegate))
      );
    };
    return look(workflow);
  }

  /** The workflow as the text of a Mermaid flowchart. @throws {UnknownWorkflowError} */
  toMermaid(workflow: string | WorkflowClass): string {
    return toMermaid(this.get(workflow));
  }

  /** @internal The definition with that hash, if this application has it: what a run began with. */
  byHash(hash: string): WorkflowDefinition | undefined {
    return this.list().find((definition) => definition.hash === hash);
  }

  /** @internal Whether it is an agent. @throws {UnknownWorkflowError} */
  isAgent(workflow: string | WorkflowClass): boolean {
    return MetadataAccessor.isAgent(this.classOf(workflow));
  }

  /** @internal The class of a workflow: for its triggers and statics. @throws {UnknownWorkflowError} */
  classOf(workflow: string | WorkflowClass): WorkflowClass {
    return this.find(workflow).source.type;
  }

  /**
   * @internal The provider that runs the workflow's steps. Of a request-scoped one a new instance,
   * in whose context `REQUEST` is `request`. @throws {UnknownWorkflowError}
   */
  instanceOf(workflow: string | WorkflowClass, request?: object): Promise<object> | object {
    return this.instances.of(this.find(workflow).wrapper, request);
  }

  /** @internal Every `@Tool` method. */
  tools(): readonly FoundTool[] {
    return this.catalogue.found.tools;
  }

  /** @internal Every guardrail: of providers and of the module options. */
  guardrails(): readonly GuardrailDefinition[] {
    return this.catalogue.found.guardrails.map((guardrail) => guardrail.definition);
  }

  private find(workflow: string | WorkflowClass): FoundWorkflow {
    const { workflows } = this.catalogue.found;
    const found = workflows.find(({ source }) =>
      typeof workflow === 'string' ? source.name === workflow : source.type === workflow,
    );
    if (found) return found;
    const asked = typeof workflow === 'string' ? workflow : workflow.name;
    const names = workflows.map(({ source }) => (typeof workflow === 'string' ? source.name : source.where));
    throw new UnknownWorkflowError(
      `No workflow '${asked}' is registered.${suggestion(asked, names)} A workflow is a class with @Workflow() ` +
        `in the providers of a module that the application imports.`,
      { details: { workflow: asked } },
    );
  }

  private capabilitiesOf(workflow: FoundWorkflow): InjectedCapabilities {
    return injectedCapabilitiesOf(workflow, this.catalogue.found.tools, this.settings?.modelServices ?? []);
  }
}
