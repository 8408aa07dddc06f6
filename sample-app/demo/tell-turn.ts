import type { RunEvent } from 'nestjs-nestor';
import { tell } from './progress.js';
import { styled } from './terminal.js';

/** Letters of a result that are worth a line. */
const longest = 110;

/** Tells of one event of an agent's run: which turn it was, and who decided what. */
export function tellTurn(ticket: string, event: RunEvent): void {
  switch (event.type) {
    case 'call.completed':
      return tellCall(ticket, event.payload);
    case 'call.failed':
      return tell(ticket, `code: ${event.payload.name}`, styled(event.payload.error.message, 'yellow'));
    case 'review.requested':
      return tell(
        ticket,
        'code: rule',
        styled(`${inShort(event.payload.proposed)} needs a person`, 'yellow'),
      );
    case 'review.decided':
      return tell(ticket, `person: ${event.actor.id}`, styled(event.payload.choice, 'green'));
    case 'run.completed':
      return tell(ticket, 'finished', styled(inShort(event.payload.output), 'dim'));
    case 'run.failed':
      return tell(ticket, 'failed', styled(event.payload.error.message, 'red'));
    default:
      return;
  }
}

type CompletedCall = Extract<RunEvent, { type: 'call.completed' }>['payload'];

function tellCall(ticket: string, { kind, name, position, result }: CompletedCall): void {
  // A search asks a model for vectors: that is not a turn.
  if (kind === 'model' && position) {
    // What a model has answered.
    const { text, toolCalls } = result as unknown as ModelSaid;
    const wants = toolCalls.map((call) => `${call.name} ${call.raw}`).join(', ');
    return tell(ticket, `model: turn ${position[0]}`, wants === '' ? shortened(text) : `calls ${wants}`);
  }
  if (kind === 'tool') return tell(ticket, `code: ${name}`, inShort(result));
  if (kind === 'agent') {
    // What an agent has come to.
    const { stop, turns, toolCalls } = result as unknown as AgentEnd;
    tell(ticket, 'agent has ended', `${stop.condition} after ${turns} turns and ${toolCalls} tool calls`);
  }
}

interface ModelSaid {
  readonly text: string;
  readonly toolCalls: readonly { readonly name: string; readonly raw: string }[];
}

interface AgentEnd {
  readonly stop: { readonly condition: string };
  readonly turns: number;
  readonly toolCalls: number;
}

function inShort(value: unknown): string {
  return shortened(typeof value === 'string' ? value : JSON.stringify(value ?? null));
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= longest ? line : `${line.slice(0, longest)}…`;
}
