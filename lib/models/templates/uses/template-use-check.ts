import { Injectable, type OnModuleInit } from '@nestjs/common';
import { refuseProblems, WorkflowRegistry } from '../../../discovery/index.js';
import { errorMessage } from '../../../errors/index.js';
import { TemplateRegistry } from '../template-registry.js';
import { requiredOf } from '../template-variables.js';
import { type TemplateUse, templateUses } from './template-uses.js';

/** Sees at boot that the templates which workflows and tools name literally are there, with what they need. */
@Injectable()
export class TemplateUseCheck implements OnModuleInit {
  constructor(
    private readonly workflows: WorkflowRegistry,
    private readonly templates: TemplateRegistry,
  ) {}

  /** @throws {InvalidWorkflowDefinitionError} */
  onModuleInit(): void {
    const classes = new Set([
      ...this.workflows.list().map(({ name }) => this.workflows.classOf(name)),
      ...this.workflows.tools().map(({ type }) => type),
    ]);
    refuseProblems(
      [...classes].flatMap((type) =>
        templateUses(String(type))
          .flatMap((use) => this.problemsOf(use))
          .map((problem) => `${type.name}: ${problem}`),
      ),
    );
  }

  private problemsOf({ template, version, variables }: TemplateUse): readonly string[] {
    try {
      const versions =
        version === undefined ? this.templates.versionsOf(template) : [this.templates.get(template, version)];
      return versions.flatMap((each) => {
        const missing = requiredOf(each.variables).filter((name) => variables && !variables.includes(name));
        return missing.map(
          (name) =>
            `the template '${template}' (${each.where}) needs the variable '${name}', and generate() does not give it`,
        );
      });
    } catch (error) {
      return [errorMessage(error)];
    }
  }
}
