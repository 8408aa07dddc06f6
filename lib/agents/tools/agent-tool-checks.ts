import type { FoundTool } from '../../discovery/index.js';
import { suggestion, vendorName } from '../../text/index.js';
import { GivenTools, type ToolSelection } from '../../tools/index.js';
import type { AgentOptions } from '../agent.options.js';
import { handoffToolName } from '../handoffs/handoff-tools.js';
import { handoffsOf, type RegisteredAgent, toolsOf } from '../registered-agent.js';

/** What an agent may have as a tool: a method of a provider, or another agent. */
export interface Offerable {
  readonly name: string;
  /** The class that stands for it in `tools`. */
  readonly type: unknown;
  /** For messages: `InvoiceTools.find`. */
  readonly where: string;
  /** The class of the agent whose own it is. */
  readonly owner?: unknown;
  /** It can do what cannot be undone, and nobody reviews its calls. */
  readonly isUnreviewed?: boolean;
  readonly agent?: RegisteredAgent;
}

/** All that can be tools of agents. */
export function offerableOf(tools: readonly FoundTool[], agents: readonly RegisteredAgent[]): Offerable[] {
  const owners = new Set<unknown>(agents.map(({ type }) => type));
  return [
    ...tools.map(({ definition: { name, effect, review }, type, method }): Offerable => {
      const where = `${type.name}.${method}`;
      const isUnreviewed = effect === 'irreversible' && !review;
      return { name, type, where, isUnreviewed, ...(owners.has(type) ? { owner: type } : {}) };
    }),
    ...agents.map((agent): Offerable => {
      const { name, type } = agent;
      return { name, type, where: `the agent ${type.name}`, agent };
    }),
  ];
}

/** What is wrong with the tools of an agent, each as one sentence. */
export function toolProblems(
  { type, options }: RegisteredAgent,
  offerable: readonly Offerable[],
): readonly string[] {
  const offered = offerable.filter(({ owner }) => owner === type);
  const problems: string[] = [];
  for (const [index, selection] of toolsOf(options).entries()) {
    const found = selected(selection, offerable);
    if (selection instanceof GivenTools) {
      offered.push(...found);
      continue;
    }
    // The compiler lets none through, but a class is not there yet where files import each other.
    if (selection === undefined)
      problems.push(
        `${type.name}: tools[${index}] is undefined, a circular import: write \`tools: () => […]\`.`,
      );
    else if (found.length === 0) problems.push(notThere(type.name, selection, offerable));
    offered.push(...found.filter(({ owner }) => owner !== type));
    for (const { agent } of found)
      if (agent && agent.options.description === undefined)
        problems.push(
          `${type.name}: ${agent.type.name} is a tool of it and has no description: say in its @Agent what it does, since models choose by that text.`,
        );
  }
  return [...problems, ...nameProblems(type.name, [...offered, ...handoffToolsOf(options, offerable)])];
}

/** The tools by which it hands over. */
function handoffToolsOf(options: AgentOptions, offerable: readonly Offerable[]): readonly Offerable[] {
  return handoffsOf(options).flatMap((handoff) => {
    const { agent } = offerable.find((one) => one.agent && one.type === handoff?.agent) ?? {};
    if (!agent) return [];
    const name = handoffToolName(agent.name);
    return [{ name, type: handoff, where: `the handoff to ${agent.type.name}` }];
  });
}

/** What is allowed, and yet worth a thought. */
export function unreviewedTools(
  { type, options }: RegisteredAgent,
  offerable: readonly Offerable[],
): readonly string[] {
  const own = offerable.filter(({ owner }) => owner === type);
  const offered = new Set([...own, ...toolsOf(options).flatMap((each) => selected(each, offerable))]);
  return [...offered]
    .filter(({ isUnreviewed }) => isUnreviewed)
    .map(
      ({ name, where }) =>
        `${type.name} offers its model the irreversible tool '${name}' (${where}), and nobody reviews its calls. ` +
        `Put @HumanReview() on it, or say effect: 'idempotent' if repeating it does no harm.`,
    );
}

function selected(selection: ToolSelection, offerable: readonly Offerable[]): readonly Offerable[] {
  if (selection instanceof GivenTools)
    return selection.tools.map(({ definition: { name, where } }) => ({ name, where, type: selection }));
  return offerable.filter(({ name, type, owner }) =>
    owner !== undefined ? false : typeof selection === 'string' ? name === selection : type === selection,
  );
}

function notThere(
  agent: string,
  selection: Exclude<ToolSelection, GivenTools>,
  offerable: readonly Offerable[],
): string {
  if (typeof selection !== 'string')
    return `${agent}: ${selection.name} has no tools. Decorate methods of it with @Tool, and list it among the providers of a module.`;
  const names = offerable.filter(({ owner }) => owner === undefined).map(({ name }) => name);
  return `${agent}: there is no tool '${selection}'.${suggestion(selection, names)}`;
}

function nameProblems(agent: string, offered: readonly Offerable[]): readonly string[] {
  const byName = new Map<string, Offerable[]>();
  for (const one of new Set(offered)) {
    const name = vendorName(one.owner === undefined ? one.name : shortName(one.name));
    byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  return [...byName]
    .filter(([, all]) => all.length > 1)
    .map(
      ([name, all]) =>
        `${agent} would offer two tools as '${name}': ${all.map(({ where }) => where).join(' and ')}. Give one another name.`,
    );
}

/** Of a tool of an agent's own. */
function shortName(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

/** Agents that are tools of each other could call each other without end. Each circle is named once. */
export function circleProblems(
  agents: readonly RegisteredAgent[],
  offerable: readonly Offerable[],
): readonly string[] {
  const inner = new Map(
    agents.map((agent) => [
      agent,
      toolsOf(agent.options)
        .flatMap((selection) => selected(selection, offerable))
        .flatMap((one) => one.agent ?? []),
    ]),
  );
  const done = new Set<RegisteredAgent>();
  const problems: string[] = [];
  const visit = (agent: RegisteredAgent, path: readonly RegisteredAgent[]): void => {
    const begun = path.indexOf(agent);
    if (begun >= 0) {
      const circle = [...path.slice(begun), agent].map(({ type }) => type.name).join(' → ');
      problems.push(
        `${agent.type.name}: these agents are tools of each other: ${circle}. Take one out of the tools of the other.`,
      );
      return;
    }
    if (done.has(agent)) return;
    for (const one of inner.get(agent) ?? []) visit(one, [...path, agent]);
    done.add(agent);
  };
  for (const agent of agents) visit(agent, []);
  return problems;
}
