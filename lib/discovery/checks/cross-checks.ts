import { delegateClass, workflowNameOf } from '../../decorators/index.js';
import type { Found } from '../found.js';
import { suggestion } from '../../text/index.js';

/** Calls that are made outside any run go into runs of this name. */
const reserved = 'ad-hoc';

/** What can be seen only with all workflows, tools and guardrails side by side. */
export function checkAcross({ workflows, tools, guardrails }: Found): readonly string[] {
  return [
    ...duplicates(
      'workflows',
      workflows.map(({ source }) => [source.name, source.where]),
    ),
    ...duplicates(
      'tools',
      tools.map(({ definition, type, method }) => [definition.name, `${type.name}.${method}`]),
    ),
    ...duplicates(
      'guardrails',
      guardrails.map(({ definition, where }) => [definition.name, where]),
    ),
    ...workflows
      .filter(({ source }) => source.name === reserved)
      .map(
        ({ source }) =>
          `${source.where}: the name '${reserved}' is taken by the built-in workflow. Give it another name.`,
      ),
    ...delegates({ workflows }),
  ];
}

function duplicates(
  what: string,
  named: readonly (readonly [name: string, where: string])[],
): readonly string[] {
  const places = new Map<string, string[]>();
  for (const [name, where] of named) places.set(name, [...(places.get(name) ?? []), where]);
  return [...places]
    .filter(([, all]) => all.length > 1)
    .map(
      ([name, all]) => `Two ${what} have the name '${name}': ${all.join(' and ')}. Give one another name.`,
    );
}

function delegates({ workflows }: Pick<Found, 'workflows'>): readonly string[] {
  const types = new Set<unknown>(workflows.map(({ source }) => source.type));
  return workflows.flatMap(({ source }) =>
    source.steps.flatMap(({ where, options }) => {
      const delegate = delegateClass(options.delegate);
      if ('delegate' in options && delegate === undefined) {
        return [
          `${where}: delegate is undefined. The files of the two workflows probably import each other: move one of the classes.`,
        ];
      }
      if (typeof delegate !== 'function' || types.has(delegate)) return [];
      return workflowNameOf(delegate) === undefined
        ? [
            `${where}: delegate names ${delegate.name}, which is not a workflow. Put @Workflow() on it.${suggestion(
              delegate.name,
              workflows.map((each) => each.source.where),
            )}`,
          ]
        : [
            `${where}: delegate names ${delegate.name}, which no module provides. Add it to the providers of a module.`,
          ];
    }),
  );
}
