import { Injectable, Optional } from '@nestjs/common';
import { problemsOf, refuseProblems } from './check-all.js';
import { samplingProblems } from './checks/sampling.js';
import { DiscoverySettings } from './discovery-settings.js';
import type { Found } from './found.js';
import { ModelAccess } from './explore/model-access.js';
import { GuardrailExplorer } from './explore/guardrail-explorer.js';
import { ShapeGuard } from './explore/shape-guard.js';
import { MisplacedDecoratorExplorer } from './explore/misplaced-decorator-explorer.js';
import { ToolExplorer } from './explore/tool-explorer.js';
import { WorkflowExplorer } from './explore/workflow-explorer.js';

/** What was found among the providers, checked as a whole. Looks once, when it is first asked. */
@Injectable()
export class DiscoveredProviders {
  private known: Found | undefined;

  constructor(
    private readonly workflows: WorkflowExplorer,
    private readonly tools: ToolExplorer,
    private readonly guardrails: GuardrailExplorer,
    private readonly stray: MisplacedDecoratorExplorer,
    private readonly shapes: ShapeGuard,
    private readonly models: ModelAccess,
    @Optional() private readonly settings?: DiscoverySettings,
  ) {}

  /** @throws {InvalidWorkflowDefinitionError} that lists all problems, if there are any. */
  get found(): Found {
    if (this.known) return this.known;
    const found: Found = {
      workflows: this.workflows.explore(),
      tools: this.tools.explore(),
      guardrails: this.guardrails.explore(),
      misplaced: [...this.stray.explore(), ...this.shapes.problems(), ...this.models.problems()],
    };
    const unsampled = this.settings?.canSample?.() === false ? samplingProblems(found) : [];
    refuseProblems([...problemsOf(found), ...unsampled]);
    this.known = found;
    return found;
  }
}
