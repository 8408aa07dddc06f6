import type { WorkflowDefinition } from '../../workflow/index.js';

/**
 * An arrow of the picture. `data`: `@From`; `list`: `forEach` over it; `order`: `after`; `route`: may be chosen;
 * `repeat` and `rejection` lead backwards; `cancels` ends the other.
 */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'data' | 'list' | 'order' | 'route' | 'repeat' | 'rejection' | 'cancels';
}

/** All arrows of a workflow, in order of declaration of the steps where they end. */
export function edgesOf(definition: WorkflowDefinition): readonly Edge[] {
  return definition.steps.flatMap((step): readonly Edge[] => {
    const to = step.name;
    const read = new Set(
      step.parameters.flatMap((parameter) => (parameter.kind === 'from' ? [parameter.step] : [])),
    );
    const forward = step.dependencies.flatMap((from): readonly Edge[] => {
      const routed = definition.steps.some((other) => other.name === from && other.routes?.includes(to));
      const kinds: readonly Edge['kind'][] = [
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
