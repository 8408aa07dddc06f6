import { budgetRules } from '../decorators/index.js';
import type { FoundTool } from '../discovery/index.js';
import { suggestion, vendorName } from '../text/index.js';
import { option, type OptionRules } from '../values/index.js';
import type { AgentOptions } from './agent.options.js';
import { type RegisteredAgent, toolsOf } from './registered-agent.js';

/** Which values each takes. */
const agentRules = option.fields({
  name: option.text,
  version: option.text,
  description: option.text,
  instructions: option.anything,
  prompt: option.anything,
  model: option.text,
  tools: option.anything,
  stopWhen: option.anything,
  onStop: option.oneOf('answer', 'fail'),
  parallelToolCalls: option.whole(1),
  toolChoice: option.oneOf('auto', 'none', 'required'),
  temperature: option.numeric(0),
  maxTokens: option.whole(1),
  reasoning: option.oneOf('none', 'low', 'medium', 'high'),
  cachePrompt: option.truth,
  providerOptions: option.anything,
  timeout: option.duration,
  budget: budgetRules,
  access: option.anything,
  concurrency: option.whole(1),
} satisfies OptionRules<AgentOptions>);

/** Everything that is wrong with an agent, each as one sentence. @param tools all of the application */
export function agentProblems(agent: RegisteredAgent, tools: readonly FoundTool[]): readonly string[] {
  const where = `${agent.type.name}: @Agent `;
  return [
    ...agentRules(agent.options, where),
    ...(agent.options.instructions === undefined
      ? [`${where}has no instructions: say what the model is to do, and what it may not.`]
      : []),
    ...toolProblems(agent, tools),
  ];
}

function toolProblems({ type, options }: RegisteredAgent, tools: readonly FoundTool[]): readonly string[] {
  const names = tools.map(({ definition }) => definition.name);
  const offered = new Map<string, string[]>();
  const offer = (tool: FoundTool, name: string) =>
    offered.set(vendorName(name), [
      ...(offered.get(vendorName(name)) ?? []),
      `${tool.type.name}.${tool.method}`,
    ]);
  for (const tool of tools) if (tool.type === type) offer(tool, shortName(tool));
  const problems: string[] = [];
  for (const [index, selection] of toolsOf(options).entries()) {
    const found = tools.filter((each) =>
      typeof selection === 'string' ? each.definition.name === selection : each.type === selection,
    );
    for (const tool of found) if (tool.type !== type) offer(tool, tool.definition.name);
    // The compiler lets none through, but a class is not there yet where files import each other.
    if (selection === undefined)
      problems.push(
        `${type.name}: tools[${index}] is undefined, a circular import: write \`tools: () => […]\`.`,
      );
    else if (found.length === 0)
      problems.push(
        typeof selection === 'string'
          ? `${type.name}: there is no tool '${selection}'.${suggestion(selection, names)}`
          : `${type.name}: ${selection.name} has no tools. Decorate methods of it with @Tool, and list it among the providers of a module.`,
      );
  }
  const twice = [...offered].filter(([, all]) => new Set(all).size > 1);
  return [
    ...problems,
    ...twice.map(
      ([name, all]) =>
        `${type.name} would offer two tools as '${name}': ${all.join(' and ')}. Give one another name.`,
    ),
  ];
}

/** Of a tool of an agent's own. */
function shortName({ definition: { name } }: FoundTool): string {
  return name.slice(name.indexOf('.') + 1);
}
