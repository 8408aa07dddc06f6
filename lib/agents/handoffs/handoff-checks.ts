import { errorMessage } from '../../errors/index.js';
import { suggestion } from '../../text/index.js';
import { objectSchemaOf } from '../../tools/index.js';
import { option, type OptionRules } from '../../values/index.js';
import { handoffsOf, type RegisteredAgent } from '../registered-agent.js';
import type { Handoff, HandoffOptions } from './handoff.js';

const handoffRules = option.fields({
  input: option.anything,
  pass: option.anything,
  history: (value, path) =>
    typeof value === 'number'
      ? option.whole(1)(value, path)
      : option.oneOf('all', 'last', 'none')(value, path),
  description: option.text,
} satisfies OptionRules<HandoffOptions>);

/** What is wrong with the handoffs of an agent, each as one sentence. @param agents all of the application */
export function handoffProblems(
  { type, options }: RegisteredAgent,
  agents: readonly RegisteredAgent[],
): readonly string[] {
  return handoffsOf(options).flatMap((handoff, index) => {
    const where = `${type.name}: handoffs[${index}] `;
    if (!handoff?.agent) return [`${where}is undefined, a circular import: write \`handoffs: () => […]\`.`];
    const target = agents.find((agent) => agent.type === handoff.agent);
    if (!target) return [`${where}is ${notThere(handoff.agent.name, agents)}`];
    if (target.type === type) return [`${where}is ${type.name} itself. Take it out.`];
    return [
      ...handoffRules(handoff.options, `${type.name}: handoff(${target.type.name}) `),
      ...schemaProblems(handoff, `${type.name}: handoff(${target.type.name}) `),
      ...(handoff.options.description === undefined && target.options.description === undefined
        ? [
            `${type.name} hands over to ${target.type.name}, which has no description: say in its @Agent what it does, since models choose by that text.`,
          ]
        : []),
    ];
  });
}

function notThere(name: string, agents: readonly RegisteredAgent[]): string {
  const names = agents.map(({ type }) => type.name);
  return `${name}, which is not an agent: a class with @Agent() in the providers of a module that the application imports.${suggestion(name, names)}`;
}

function schemaProblems({ options: { input } }: Handoff, where: string): readonly string[] {
  if (input === undefined) return [];
  try {
    objectSchemaOf(input);
    return [];
  } catch (error) {
    return [`${where}has an input that models can't be told of: ${errorMessage(error)}`];
  }
}
