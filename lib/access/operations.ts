/** What somebody may be allowed to do. Each has a row in the table of `docs/access.md`. */
export const operations = [
  'run.start',
  'run.read',
  'run.signal',
  'run.message',
  'run.cancel',
  'run.pause',
  'run.resume',
  'run.retry',
  'run.fork',
  'run.replay',
  'step.run',
  'tool.call',
  'model.call',
  'agent.run',
  'handoff',
  'review.read',
  'review.decide',
  'review.delegate',
  'budget.read',
  'budget.raise',
  'audit.read',
  'audit.export',
  'conversation.read',
  'conversation.write',
  'knowledge.read',
  'knowledge.ingest',
  'memory.read',
  'memory.write',
  'prompt.pin',
  'cache.clear',
  'person.erase',
  'worker.read',
  'killswitch.set',
  'principal.impersonate',
] as const;

export type Operation = (typeof operations)[number];

/** What code of a run does, with the rights of the run's principal, and not to a run. */
const ofRuns = ['step.run', 'tool.call', 'model.call', 'agent.run', 'handoff'] as const;

/** What is open to everybody unless a rule is declared: to begin something, as opposed to what is done to what is there. */
const beginnings: ReadonlySet<Operation> = new Set<Operation>(['run.start', 'knowledge.read', ...ofRuns]);

/** Whether everybody may do it where nothing else is declared. */
export function isBeginning(operation: Operation): boolean {
  return beginnings.has(operation);
}
