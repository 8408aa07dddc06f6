/** As much of a step as the graph needs. */
export interface GraphStep {
  readonly name: string;
  /** Names of the steps that are directly before this one. Names that don't exist are passed over. */
  readonly dependencies: readonly string[];
}

/** As much of a workflow as the graph needs: a `WorkflowDefinition` is one. Never changed once it is made. */
export interface Graph {
  /** In order of declaration. */
  readonly steps: readonly GraphStep[];
}

interface Edges {
  readonly before: ReadonlyMap<string, readonly string[]>;
  readonly behind: ReadonlyMap<string, readonly string[]>;
  readonly reached: Map<string, ReadonlySet<string>>;
}

/** Planning asks the same questions of the same definition at every step of every run. */
const edgesOf = new WeakMap<Graph, Edges>();

function edges(graph: Graph): Edges {
  const known = edgesOf.get(graph);
  if (known) return known;
  const before = new Map(graph.steps.map((step) => [step.name, [] as string[]]));
  const behind = new Map(graph.steps.map((step) => [step.name, [] as string[]]));
  for (const step of graph.steps) {
    for (const name of new Set(step.dependencies)) {
      const next = behind.get(name);
      if (!next) continue;
      next.push(step.name);
      before.get(step.name)?.push(name);
    }
  }
  const made: Edges = { before, behind, reached: new Map() };
  edgesOf.set(graph, made);
  return made;
}

function reach(graph: Graph, step: string, way: 'before' | 'behind'): ReadonlySet<string> {
  const { [way]: next, reached } = edges(graph);
  const key = `${way} ${step}`;
  const known = reached.get(key);
  if (known) return known;
  const found = new Set<string>();
  const open = [...(next.get(step) ?? [])];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...(next.get(name) ?? []));
  }
  reached.set(key, found);
  return found;
}

/** Every step from which a path leads to `step`; without itself, unless it is in a cycle. */
export function ancestors(graph: Graph, step: string): ReadonlySet<string> {
  return reach(graph, step, 'before');
}

/** Every step to which a path leads from `step`; without itself, unless it is in a cycle. */
export function descendants(graph: Graph, step: string): ReadonlySet<string> {
  return reach(graph, step, 'behind');
}

/** The steps directly behind `step`, in order of declaration. */
export function followers(graph: Graph, step: string): readonly string[] {
  return edges(graph).behind.get(step) ?? [];
}

/**
 * Names so that each comes after its dependencies, otherwise in order of declaration.
 * Steps in a cycle, and those behind one, are missing.
 */
export function topologicalOrder(graph: Graph): readonly string[] {
  const { before } = edges(graph);
  const placed = new Set<string>();
  let open = graph.steps.map((step) => step.name);
  for (;;) {
    const rest = open.filter((name) => {
      const ready = (before.get(name) ?? []).every((dependency) => placed.has(dependency));
      if (ready) placed.add(name);
      return !ready;
    });
    if (rest.length === open.length) return [...placed];
    open = rest;
  }
}

/** A cycle as the names along it, `['a', 'b']` for a → b → a, or undefined where there is none. */
export function findCycle(graph: Graph): readonly string[] | undefined {
  const placed = new Set(topologicalOrder(graph));
  const { before } = edges(graph);
  const path: string[] = [];
  // Every step that can't be placed has a dependency that can't be placed: going back along these must meet itself.
  for (
    let name = graph.steps.find((step) => !placed.has(step.name))?.name;
    name !== undefined;
    name = before.get(name)?.find((dependency) => !placed.has(dependency))
  ) {
    const met = path.indexOf(name);
    if (met >= 0) return path.slice(met).toReversed();
    path.push(name);
  }
  return undefined;
}

/**
 * What a loop from `from` to `to` runs again: every step on a path between them, both included,
 * in order of declaration. Empty where no path leads from one to the other.
 */
export function loopRegion(graph: Graph, from: string, to: string): readonly string[] {
  if (from !== to && !ancestors(graph, to).has(from)) return [];
  const behind = descendants(graph, from);
  const before = ancestors(graph, to);
  return graph.steps
    .map((step) => step.name)
    .filter((name) => name === from || name === to || (behind.has(name) && before.has(name)));
}

/** The steps that nothing follows, in order of declaration. */
export function lastSteps(graph: Graph): readonly string[] {
  return graph.steps.map((step) => step.name).filter((name) => followers(graph, name).length === 0);
}

/** The step whose output is the run's: the one named, else the only last one, else undefined. */
export function resultStep(graph: Graph, named?: string): string | undefined {
  if (named !== undefined) return named;
  const last = lastSteps(graph);
  return last.length === 1 ? last[0] : undefined;
}
