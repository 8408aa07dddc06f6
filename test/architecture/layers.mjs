/**
 * The layers of `lib/`, top to bottom. An import may only point down this list, and enters a folder by its `index.ts`.
 * Folders on one line do not know one another.
 */
export const layers = [
  [
    'openai',
    'anthropic',
    'embedded',
    'guardrails',
    'testing',
    'bullmq',
    'mcp',
    'dashboard',
    'ui',
    'retrieval',
  ],
  // `lib/index.ts`: what users import.
  ['index'],
  // Wiring.
  ['module'],
  ['engine'],
  ['http'],
  ['agents'],
  ['context'],
  ['models'],
  ['conversations'],
  ['tools'],
  ['media'],
  ['gate'],
  ['cache'],
  ['review'],
  ['audit'],
  ['events'],
  ['leases'],
  ['dispatch'],
  ['limits'],
  ['access'],
  ['journal'],
  ['database'],
  ['discovery'],
  ['decorators'],
  ['workflow'],
  ['scope'],
  ['content'],
  ['values'],
  ['errors'],
  ['clock'],
  ['text'],
];

/** How far down a folder stands; undefined where the list does not have it. */
export function layerOf(folder) {
  const layer = layers.findIndex((line) => line.includes(folder));
  return layer < 0 ? undefined : layer;
}
