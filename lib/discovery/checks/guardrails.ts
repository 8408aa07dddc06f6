import type { Found, FoundGuardrail } from '../found.js';
import { suggestion } from '../../text/index.js';
import { askUserName, guardrailRules, MetadataAccessor } from '../../decorators/index.js';

/** A guardrail that never fires is worse than none: somebody relies on it. */
export function checkGuardrails({ guardrails, workflows, tools }: Found): readonly string[] {
  const agents = workflows
    .filter(({ source }) => MetadataAccessor.isAgent(source.type))
    .map(({ definition }) => definition.name);
  const names = {
    workflows: workflows.map(({ definition }) => definition.name),
    steps: workflows.flatMap(({ definition }) => definition.steps.map((step) => step.name)),
    // To the model that calls it an agent is a tool.
    tools: [...tools.map(({ definition }) => definition.name), ...agents, askUserName],
    agents,
  };
  return guardrails.flatMap((guardrail) => {
    const { definition, options, where } = guardrail;
    const problems = options ? guardrailRules(options, `${where}: @Guardrail `) : [];
    const unknown = (['workflows', 'steps', 'tools', 'agents'] as const).flatMap((kind) =>
      (definition[kind] ?? [])
        .filter((name) => !names[kind].includes(name))
        .map(
          (name) =>
            `${where}: ${kind} names '${name}', but there is no such ${kind.slice(0, -1)}.${suggestion(name, names[kind])}`,
        ),
    );
    return [
      ...problems,
      ...unknown,
      ...(problems.length + unknown.length > 0
        ? []
        : neverApplies(guardrail, tools.length + agents.length > 0)),
    ];
  });
}

function neverApplies({ definition, where }: FoundGuardrail, hasTools: boolean): readonly string[] {
  const { at } = definition;
  const empty = (['at', 'workflows', 'steps', 'tools', 'agents'] as const).filter(
    (kind) => definition[kind]?.length === 0,
  );
  if (empty.length > 0) return [`${where} applies to nothing: ${empty.join(' and ')} is empty.`];
  if (definition.parallel && at.some((point) => point !== 'model.request')) {
    return [
      `${where}: parallel is for 'model.request' alone, and its at is ${at.join(', ')}: anywhere else what it is to stop would have happened.`,
    ];
  }
  const ofTools = at.filter((point) => point.startsWith('tool.'));
  if (definition.tools && ofTools.length === 0) {
    return [
      `${where} applies to nothing: tools are named, but its at is ${at.join(', ')}. Add 'tool.call' or 'tool.result' to at.`,
    ];
  }
  if (ofTools.length === at.length && !hasTools) {
    return [`${where} applies to nothing: its at is ${at.join(', ')}, and no provider has a @Tool.`];
  }
  if (definition.steps && at.every((point) => point.startsWith('run.'))) {
    return [
      `${where} applies to nothing: steps are named, but its at is ${at.join(', ')}, outside of steps.`,
    ];
  }
  return [];
}
