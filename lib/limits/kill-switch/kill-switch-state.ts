import type { CallKind } from '../../scope/index.js';
import { type SwitchTarget, targetInWords } from './kill-switch-target.js';

/** `stop`: what has not begun does not begin. `halt`: what is going on begins nothing more, either. */
export type KillSwitchMode = 'stop' | 'halt';

export const killSwitchModes: readonly KillSwitchMode[] = ['stop', 'halt'];

/** A switch that is on. */
export interface ActiveSwitch {
  readonly target: SwitchTarget;
  readonly mode: KillSwitchMode;
  readonly reason: string;
  /** Who has set it. */
  readonly by: string;
  /** ISO. */
  readonly at: string;
}

/** All switches that are on. */
export interface KillSwitchState {
  /** Rises with each change. */
  readonly generation: number;
  readonly switches: readonly ActiveSwitch[];
}

export const nothingStopped: KillSwitchState = Object.freeze({ generation: 0, switches: [] });

/** What is about to begin. */
export interface Activity {
  /** `workflow`: a start. */
  readonly kind: CallKind | 'workflow';
  readonly name: string;
  /** Whose run it is in, or would be. */
  readonly workflow: string;
  /** Set where it is the call of a tool, or of an agent that a model calls as one. */
  readonly tool?: string | undefined;
  /** The agent that does it. */
  readonly agent?: string | undefined;
  readonly tenant?: string | undefined;
  /** A step that has no effect beyond the run is the run's own work: only `halt` concerns it. */
  readonly isOwnWork: boolean;
}

/** The first switch by which an activity may not begin. */
export function stopperOf({ switches }: KillSwitchState, activity: Activity): ActiveSwitch | undefined {
  return switches.find(
    ({ target, mode }) => isOfTenant(target, activity.tenant) && stops(target, mode, activity),
  );
}

/** The first switch by which a run begins nothing more. */
export function halterOf(
  { switches }: KillSwitchState,
  run: { readonly workflow: string; readonly tenant?: string | undefined },
): ActiveSwitch | undefined {
  return switches.find(
    ({ target, mode }) => mode === 'halt' && isOfTenant(target, run.tenant) && holdsRun(target, run.workflow),
  );
}

/** Whether the switch for a target, as `targetInWords` names it, is on. */
export function isOn({ switches }: KillSwitchState, target: string): boolean {
  return switches.some((one) => targetInWords(one.target) === target);
}

/** The switches after one was set, in place of what was set for its target before. */
export function withSwitch(switches: readonly ActiveSwitch[], set: ActiveSwitch): ActiveSwitch[] {
  return [...withoutSwitch(switches, set.target), set];
}

export function withoutSwitch(switches: readonly ActiveSwitch[], target: SwitchTarget): ActiveSwitch[] {
  const words = targetInWords(target);
  return switches.filter((one) => targetInWords(one.target) !== words);
}

function isOfTenant({ tenant }: SwitchTarget, actual: string | undefined): boolean {
  return tenant === undefined || tenant === actual;
}

function stops({ kind, name }: SwitchTarget, mode: KillSwitchMode, activity: Activity): boolean {
  switch (kind) {
    case 'everything':
    case 'tenant':
      return mode === 'halt' || !activity.isOwnWork;
    case 'workflow':
      return isStartOf(activity, name) || (mode === 'halt' && activity.workflow === name);
    case 'agent':
      return isBeginningOf(activity, name) || (mode === 'halt' && activity.agent === name);
    case 'tool':
      return activity.tool === name;
    case 'mcpServer':
      return activity.tool?.startsWith(`mcp:${name ?? ''}/`) ?? false;
    case 'model':
      return activity.kind === 'model' && isModel(activity.name, name);
  }
}

function isStartOf({ kind, name }: Activity, workflow: string | undefined): boolean {
  return (kind === 'workflow' || kind === 'run') && name === workflow;
}

function isBeginningOf(activity: Activity, agent: string | undefined): boolean {
  const { kind, name } = activity;
  return isStartOf(activity, agent) || ((kind === 'agent' || kind === 'handoff') && name === agent);
}

function holdsRun({ kind, name }: SwitchTarget, workflow: string): boolean {
  if (kind === 'everything' || kind === 'tenant') return true;
  return (kind === 'workflow' || kind === 'agent') && name === workflow;
}

function isModel(called: string, target = ''): boolean {
  return target.endsWith('/*') ? called.startsWith(target.slice(0, -1)) : called === target;
}
