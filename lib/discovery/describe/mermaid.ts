import type { StepDefinition, WorkflowDefinition } from '../../workflow/index.js';
import { type WorkflowEdge, edgesOf } from '../define/edges.js';

/** How each kind of edge is drawn. Labels say what an arrow without one would not. */
const arrows = {
  data: '-->',
  list: '-->|each|',
  order: '-.->',
  route: '-->|may choose|',
  repeat: '-.->|again|',
  rejection: '-.->|rejected|',
  cancels: '-.-x|cancels|',
} as const satisfies Record<WorkflowEdge['kind'], string>;

/** The workflow as a Mermaid flowchart: reviews are hexagons, waits are rounded, sub-workflows have double edges. */
export function toMermaid(definition: WorkflowDefinition): string {
  const ids = new Map(definition.steps.map((step, index) => [step.name, `s${index}`]));
  const id = (name: string) => ids.get(name) ?? 'unknown';
  return [
    'flowchart TD',
    ...definition.steps.map((step) => `  ${id(step.name)}${shape(step)}`),
    ...onePerPair(edgesOf(definition)).map(({ from, to, kind }) => `  ${id(from)} ${arrows[kind]} ${id(to)}`),
    `  ${id(definition.result)} --> result((result))`,
    '',
  ].join('\n');
}

/** Where one step is before another in more than one way, the first says it. */
function onePerPair(edges: readonly WorkflowEdge[]): readonly WorkflowEdge[] {
  const seen = new Set<string>();
  return edges.filter(({ from, to }) => {
    const pair = `${from} ${to}`;
    return !seen.has(pair) && seen.add(pair);
  });
}

function shape(step: StepDefinition): string {
  const label = `"${escape(notes(step))}"`;
  if (step.review) return `{{${label}}}`;
  if (step.waitFor) return `([${label}])`;
  if (step.delegate !== undefined) return `[[${label}]]`;
  return step.routes ? `{${label}}` : `[${label}]`;
}

function notes(step: StepDefinition): string {
  return [
    step.title,
    ...(step.when ? ['if'] : []),
    ...(step.waitFor ? [`waits for ${step.waitFor.signal}`] : []),
    ...(step.delegate === undefined ? [] : [`runs ${step.delegate}`]),
    ...(step.review ? ['a person reviews'] : []),
    ...(step.join === 'any' ? ['first of several'] : []),
  ].join(' · ');
}

/** Mermaid reads quotes and markup even inside quotes; entities it leaves alone. */
function escape(label: string): string {
  return label.replace(/[#"<>&\\`]/g, (character) => `#${character.charCodeAt(0)};`).replace(/\s+/g, ' ');
}
