import { type AgentEvent, type EventPosition, isBehind, readPosition } from '../agents/index.js';
import type { ErrorData } from '../errors/index.js';
import { OpenParts } from './open-parts.js';
import { ShownToolCalls } from './shown-tool-calls.js';
import type { StreamEncoder } from './stream-encoder.js';
import type { UIChunk } from './ui-chunk.js';
import { reviewData, told } from './ui-parts.js';

type EventOf<T extends AgentEvent['type']> = Extract<AgentEvent, { type: T }>;

export interface UIMessageEncoderOptions {
  /** Of the run: the message has its id. */
  readonly runId: string;
  /** Position of the last event that the reader has: chunks of the events before it are left out. */
  readonly after?: string | undefined;
  /** What a reader is told of an error. */
  errorText(error: ErrorData): string;
}

/**
 * Writes the events of one run as one message of the AI SDK. It has to be given all events from the first one on, since what a
 * later one refers to is known from the earlier ones; also where the reader has those already.
 */
export class UIMessageEncoder implements StreamEncoder<UIChunk> {
  isReadersTurn = false;
  private readonly after: EventPosition | undefined;
  private readonly toolCalls = new ShownToolCalls();
  /** By the call of the agent. */
  private readonly open = new Map<string, OpenParts>();
  /** Open reviews that the reader decides by the parts of this message. */
  private readonly asked = new Set<string>();
  private parts = 0;
  private isInStep = false;
  private hasToolInStep = false;
  private position = '';
  private reason: Extract<UIChunk, { type: 'finish' }>['finishReason'] = 'stop';

  constructor(private readonly options: UIMessageEncoderOptions) {
    this.after = options.after === undefined ? undefined : readPosition(options.after);
  }

  start(): readonly UIChunk[] {
    const { runId } = this.options;
    return [{ type: 'start', messageId: runId, messageMetadata: { nestor: { runId } } }];
  }

  event(event: AgentEvent): readonly UIChunk[] {
    this.position = event.position;
    const chunks = this.chunksOf(event);
    const isNew = !this.after || isBehind(readPosition(event.position), this.after);
    this.isReadersTurn = isNew && event.type === 'waiting' && this.isAsked(event);
    return isNew ? chunks : [];
  }

  finish(): readonly UIChunk[] {
    const { runId } = this.options;
    const messageMetadata = { nestor: { runId, position: this.position } };
    const finishReason = this.isReadersTurn ? 'tool-calls' : this.reason;
    return [...this.endStep(), { type: 'finish', finishReason, messageMetadata }];
  }

  failed(): readonly UIChunk[] {
    return [...this.endStep(), { type: 'error', errorText: 'The answer could not be read to its end.' }];
  }

  private chunksOf(event: AgentEvent): readonly UIChunk[] {
    switch (event.type) {
      case 'review.requested':
        return this.requested(event);
      case 'review.decided':
        return this.decided(event);
      case 'waiting':
        return this.isAsked(event) ? this.endStep() : [];
      case 'failed':
        return this.ended(event);
      case 'tool.called':
        return this.called(event);
      case 'tool.result':
        return this.result(event);
      case 'tool.progress': {
        const shown = this.toolCalls.find(event.call, event.toolCallId);
        if (!shown?.isTold) return [];
        const { id: toolCallId } = shown;
        return [{ type: 'tool-output-available', toolCallId, output: event.value, preliminary: true }];
      }
      default:
        // What an agent says that is a tool of another one is for that one.
        return event.depth === 0 ? this.said(event) : [];
    }
  }

  private said(
    event: Exclude<
      AgentEvent,
      {
        type:
          | 'review.requested'
          | 'review.decided'
          | 'waiting'
          | 'failed'
          | 'tool.called'
          | 'tool.progress'
          | 'tool.result';
      }
    >,
  ): readonly UIChunk[] {
    switch (event.type) {
      case 'turn.started':
        return this.startStep();
      case 'text':
        return event.isData ? [] : this.partsOf(event.call).add('text', event.text);
      case 'reasoning':
        return this.partsOf(event.call).add('reasoning', event.text);
      case 'restart':
        return this.partsOf(event.call).void();
      case 'output.partial':
        return [{ type: 'data-output', id: `output-${event.call}`, data: event.output }];
      case 'handoff': {
        const { from, to } = event;
        return [{ type: 'data-handoff', id: this.nextId('handoff'), data: { from, to } }];
      }
      case 'stopped': {
        const { condition, reason } = event.stop;
        return [{ type: 'data-stopped', id: this.nextId('stopped'), data: { condition, reason } }];
      }
      case 'done':
        return this.done(event);
    }
  }

  /** The last step of a message is not one of tools: a client whose tool calls are complete would send them again. */
  private done({ call, output, text }: EventOf<'done'>): readonly UIChunk[] {
    const isData = output !== undefined && output !== text;
    return [
      ...(isData ? [{ type: 'data-output', id: `output-${call}`, data: output } as const] : []),
      ...(this.hasToolInStep ? this.startStep() : []),
      ...this.endStep(),
    ];
  }

  private called(event: EventOf<'tool.called'>): readonly UIChunk[] {
    const shown = this.toolCalls.called(event);
    if (event.depth > 0) return [];
    this.hasToolInStep = true;
    const ended = this.partsOf(event.call).end();
    // The client may perform it once the server waits for that.
    if (shown.isByClient) return ended;
    const { id: toolCallId, name: toolName } = shown;
    shown.isTold = true;
    if (shown.input !== undefined) return [...ended, told(shown)];
    const errorText = 'The arguments are not JSON.';
    return [...ended, { type: 'tool-input-error', toolCallId, toolName, input: null, errorText }];
  }

  private requested(event: EventOf<'review.requested'>): readonly UIChunk[] {
    const { reviewId, mayDecide, choices } = event;
    const shown = this.toolCalls.find(event.call, event.toolCallId);
    const isByClient = shown?.isByClient === true;
    if (!mayDecide || !shown || !(isByClient || choices.includes('approve')))
      return [reviewData(event, 'waiting')];
    this.asked.add(reviewId);
    this.hasToolInStep = true;
    const before = shown.isTold || isByClient ? [] : [told(shown)];
    shown.isTold = true;
    return [
      ...before,
      isByClient
        ? { ...told(shown), toolMetadata: { nestor: { reviewId } } }
        : { type: 'tool-approval-request', approvalId: reviewId, toolCallId: shown.id },
    ];
  }

  private decided(event: EventOf<'review.decided'>): readonly UIChunk[] {
    const { reviewId, choice } = event;
    const shown = this.toolCalls.find(event.call, event.toolCallId);
    if (!this.asked.delete(reviewId) || !shown) return [reviewData(event, 'decided')];
    if (choice === 'reject') shown.isDenied = true;
    // A reader who comes later is not asked again.
    if (shown.isByClient || choice === 'reject' || choice === 'answer') return [];
    return [told({ ...shown, input: choice === 'edit' ? event.value : shown.input })];
  }

  private result(event: EventOf<'tool.result'>): readonly UIChunk[] {
    const shown = this.toolCalls.find(event.call, event.toolCallId);
    if (!shown?.isTold) return [];
    const { id: toolCallId } = shown;
    if (shown.isDenied && !shown.isByClient) return [{ type: 'tool-output-denied', toolCallId }];
    if (event.isError) return [{ type: 'tool-output-error', toolCallId, errorText: String(event.result) }];
    const output = event.result ?? null;
    // What a client has answered, it does not answer again.
    return [
      {
        type: 'tool-output-available',
        toolCallId,
        output,
        ...(shown.isByClient ? { toolMetadata: { nestor: {} } } : {}),
      },
    ];
  }

  private ended({ error }: EventOf<'failed'>): readonly UIChunk[] {
    if (error.code === 'RUN_CANCELLED') return [...this.endStep(), { type: 'abort', reason: error.message }];
    this.reason = 'error';
    return [...this.endStep(), { type: 'error', errorText: this.options.errorText(error) }];
  }

  private isAsked({ waits }: EventOf<'waiting'>): boolean {
    return waits.some((wait) => wait.for === 'review' && this.asked.has(wait.reviewId));
  }

  private startStep(): readonly UIChunk[] {
    const ended = this.endStep();
    this.isInStep = true;
    return [...ended, { type: 'start-step' }];
  }

  /** A reader forgets open parts with the end of a step: each is ended before. */
  private endStep(): readonly UIChunk[] {
    const ended = [...this.open.values()].flatMap((parts) => parts.end());
    const wasInStep = this.isInStep;
    this.isInStep = false;
    this.hasToolInStep = false;
    return wasInStep ? [...ended, { type: 'finish-step' }] : ended;
  }

  private partsOf(call: string): OpenParts {
    const known = this.open.get(call);
    if (known) return known;
    const parts = new OpenParts((kind) => this.nextId(kind));
    this.open.set(call, parts);
    return parts;
  }

  private nextId(kind: string): string {
    this.parts += 1;
    return `${kind}-${this.parts}`;
  }
}
