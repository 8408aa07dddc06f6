import type { AgentEvent } from '../agents/index.js';
import type { JsonValue } from '../values/index.js';

type Called = Extract<AgentEvent, { type: 'tool.called' }>;

/** A call of a tool as the message shows it. */
export interface ShownToolCall {
  /** Unique in the message, where that of the model may not be. */
  readonly id: string;
  readonly name: string;
  readonly input: JsonValue | undefined;
  readonly isByClient: boolean;
  /** The message has it. */
  isTold: boolean;
  isDenied: boolean;
}

/** The tool calls of a run, by those who have asked for them. Vendors number the calls of each answer again, some from 0. */
export class ShownToolCalls {
  private readonly latest = new Map<string, ShownToolCall>();
  private readonly taken = new Set<string>();

  called({ call, toolCallId, name, arguments: input, performedBy }: Called): ShownToolCall {
    const shown: ShownToolCall = {
      id: this.free(toolCallId),
      name,
      input,
      isByClient: performedBy === 'client',
      isTold: false,
      isDenied: false,
    };
    this.latest.set(`${call} ${toolCallId}`, shown);
    return shown;
  }

  find(call: string | undefined, toolCallId: string | undefined): ShownToolCall | undefined {
    return this.latest.get(`${call} ${toolCallId}`);
  }

  private free(wanted: string): string {
    let id = wanted;
    for (let number = 2; this.taken.has(id); number++) id = `${wanted}-${number}`;
    this.taken.add(id);
    return id;
  }
}
