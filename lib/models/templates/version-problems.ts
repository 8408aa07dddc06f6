import { suggestion } from '../../text/index.js';
import type { TemplatesOptions } from '../models-options.js';
import type { PromptTemplate } from './prompt-template.js';

/** What is wrong with the versions that the options name, each as one sentence. */
export function versionProblems(
  { pin = {}, split = {} }: Pick<TemplatesOptions, 'pin' | 'split'>,
  templates: ReadonlyMap<string, readonly PromptTemplate[]>,
): readonly string[] {
  const missing = (where: string, name: string, version: string): readonly string[] => {
    const versions = templates.get(name);
    if (!versions)
      return [`${where}.${name}: there is no such template.${suggestion(name, [...templates.keys()])}`];
    const known = versions.map((each) => each.version);
    return known.includes(version)
      ? []
      : [`${where}.${name}: it has no version '${version}', but ${known.join(', ')}`];
  };
  return [
    ...Object.entries(pin).flatMap(([name, version]) => missing('templates.pin', name, version)),
    ...Object.entries(split).flatMap(([name, weights]) => [
      ...(Object.keys(weights).length === 0
        ? [`templates.split.${name} is empty: give each version a weight`]
        : []),
      ...Object.entries(weights).flatMap(([version, weight]) => [
        ...missing('templates.split', name, version),
        ...(Number.isFinite(weight) && weight > 0
          ? []
          : [`templates.split.${name}: the weight of version '${version}' has to be a number above 0`]),
      ]),
      ...(Object.hasOwn(pin, name)
        ? [`templates.split.${name}: it is pinned as well, so nothing is split. Leave one out`]
        : []),
    ]),
  ];
}
