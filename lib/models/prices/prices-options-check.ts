import { suggestion } from '../../text/index.js';
import { PriceTable, priceProblems } from './price-table.js';

const names = ['models', 'ceiling'] as const;

/** Everything that is wrong with the `prices` option, each as one sentence. Empty if all is well. */
export function pricesOptionProblems(options: unknown): string[] {
  if (options instanceof PriceTable) return [];
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    return ['prices has to be { models, ceiling }, or a PriceTable: extend that class'];
  const { models, ceiling, ...others }: Readonly<Record<string, unknown>> = { ...options };
  return [
    ...Object.keys(others).map((name) => `prices.${name} is not an option.${suggestion(name, names)}`),
    ...(models === undefined ? [] : modelsProblems(models)),
    ...(ceiling === undefined ? [] : priceProblems(ceiling, 'prices.ceiling')),
  ];
}

function modelsProblems(models: unknown): string[] {
  if (typeof models !== 'object' || models === null || Array.isArray(models))
    return ["prices.models has to be an object: { 'provider/model': { inputPerMillion, outputPerMillion } }"];
  return Object.entries(models).flatMap(([model, price]) => [
    ...(/^[^/]+\/./.test(model)
      ? []
      : [`prices.models: '${model}' is not written 'provider/model', or 'provider/*'`]),
    ...priceProblems(price, `prices.models['${model}']`),
  ]);
}
