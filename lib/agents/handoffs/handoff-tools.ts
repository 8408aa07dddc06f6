import { IsNotEmpty, IsString } from 'class-validator';
import { retryPolicy } from '../../decorators/index.js';
import { workflowAccess } from '../../scope/index.js';
import { GivenTools, type RegisteredTool } from '../../tools/index.js';
import { instanceOf, type JsonValue, type Schema } from '../../values/index.js';
import { type RegisteredAgent } from '../registered-agent.js';
import type { HandoffOptions } from './handoff.js';

/** What a model says when it hands over to an agent without `static input`. */
class HandoffReason {
  @IsString()
  @IsNotEmpty()
  reason!: string;
}

/** An agent to which another may hand over, and how. */
export interface HandoffTarget {
  readonly agent: RegisteredAgent;
  readonly options: HandoffOptions<never>;
}

/** What a handoff passes on. */
export interface MadeHandoff {
  readonly to: string;
  /** What the model has said. */
  readonly said: unknown;
  /** The input of the target. */
  readonly passed: unknown;
}

/** As models know it: `transfer_to_billing`. */
export function handoffToolName(agent: string): string {
  return `transfer_to_${agent}`;
}

/**
 * The handoffs of an agent, as tools.
 * @param heard is told of each before it is on record; what it throws refuses it
 */
export function handoffTools(
  targets: readonly HandoffTarget[],
  heard: (handoff: MadeHandoff) => void | Promise<void>,
): GivenTools {
  return new GivenTools(targets.map((target) => handoffTool(target, heard)));
}

function handoffTool(
  { agent, options }: HandoffTarget,
  heard: (handoff: MadeHandoff) => void | Promise<void>,
): RegisteredTool {
  const { name, type } = agent;
  const { access, description } = agent.options;
  const input: Schema = options.input ?? type.input ?? HandoffReason;
  const output = type.input;
  const effect = 'idempotent';
  const onInDoubt = 'retry';
  const told = `${name} has the conversation now.`;
  return {
    origin: 'handoffs',
    provider: type,
    handoff: { to: name, told },
    definition: {
      name: handoffToolName(name),
      description:
        `Hands the conversation over to ${name}. ${options.description ?? description ?? ''}`.trim(),
      input,
      output,
      effect,
      onInDoubt,
      repeatable: true,
      retry: retryPolicy(1),
      timeout: Infinity,
      access: workflowAccess(access)?.start,
      tags: [],
      where: type.name,
    },
    call: { kind: 'handoff', name },
    invoke: async (args) => {
      const said = instanceOf(input, args as JsonValue | undefined);
      const passed = await passedOf(options, said);
      await heard({ to: name, said, passed });
      return passed;
    },
  };
}

async function passedOf({ pass }: HandoffOptions<never>, said: unknown): Promise<unknown> {
  // The compiler has checked `pass` against what is said.
  if (pass) return (pass as (said: unknown) => unknown)(said);
  return said instanceof HandoffReason ? said.reason : said;
}
