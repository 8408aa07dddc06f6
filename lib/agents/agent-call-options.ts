import { milliseconds } from '../clock/index.js';
import { type Call, workflowAccess } from '../scope/index.js';
import type { RegisteredAgent } from './registered-agent.js';

/** A call of an agent, by code or by a model. It is not attempted again: its turns are on record, and the step's next attempt goes on behind them. */
export function agentCall({ name, type, options }: RegisteredAgent) {
  const { access, timeout } = options;
  return {
    kind: 'agent',
    name,
    agent: name,
    input: type.input,
    effect: 'idempotent',
    onInDoubt: 'retry',
    retry: undefined,
    access: workflowAccess(access)?.start,
    pausesClock: true,
    timeout: timeout === undefined ? undefined : milliseconds(timeout),
  } as const satisfies Partial<Call>;
}
