import type { WorkflowDefinition } from '../../workflow/index.js';

/**
 * An arrow of the picture. `data`: `@From`; `list`: `forEach` over it; `order`: `after`; `route`: may be chosen;
 * `repeat` and `rejection` lead backwards; `cancels` ends the other.
 */
export interface WorkflowEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'data' | 'list' | 'order' | 'route' | 'repeat' | 'rejection' | 'cancels';
}

/** All arrows of a workflow, in order of declaration of the steps where they end. */
export function edgesOf(definition: WorkflowDefinition): readonly WorkflowEdge[] {
  return definition.steps.flatMap((step): readonly WorkflowEdge[] => {
    const to = step.name;
    const read = new Set(
      step.parameters.flatMap((parameter) => (parameter.kind === 'from' ? [parameter.step] : [])),
    );
    const forward = step.dependencies.flatMap((from): readonly WorkflowEdge[] => {
      const routed = definition.steps.some((other) => other.name === from && other.routes?.includes(to));
      const kinds: readonly WorkflowEdge['kind'][] = [
        ...(routed ? (['route'] as const) : []),
        ...(step.forEach?.over === from ? (['list'] as const) : []),
        ...(read.has(from) ? (['data'] as const) : []),
      ];
      return (kinds.length > 0 ? kinds : (['order'] as const)).map((kind) => ({ from, to, kind }));
    });
    const onReject = step.review?.onReject;
    return [
      ...forward,
      ...(step.repeat ? [{ from: to, to: step.repeat.from, kind: 'repeat' as const }] : []),
      ...(typeof onReject === 'object'
        ? [{ from: to, to: onReject.repeat, kind: 'rejection' as const }]
        : []),
      ...step.cancels.map((other) => ({ from: to, to: other, kind: 'cancels' as const })),
    ];
  });
}
