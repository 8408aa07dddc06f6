import type { Headroom, LoopStop, Message, StopConditions } from '../../../models/index.js';
import type { CallRecords } from '../../../scope/index.js';
import type { PerformedToolCall } from '../../../tools/index.js';
import { addUsage, noUsage, subtractUsage, type Usage } from '../../../values/index.js';
import { cutToFit, exhausted, fits, isUnlimited, leastOf, shareOfRest, without } from './headroom.js';

/** What a loop asks for, as far as its room depends on it. */
export interface RoomRequests {
  /** The most that a turn after these messages may use. */
  nextTurn(messages: readonly Message[]): Usage;
  /** The most that a last answer after these messages may use. */
  lastAnswer(messages: readonly Message[]): Usage;
  /** What the model is sent now. */
  readonly sent: readonly Message[];
}

/** What of the room is left for agents inside, and for results of tools, so that other turns have room behind them. */
const shares = { inside: 3 / 4, results: 1 / 4 } as const;

/**
 * Keeps room for a last answer within what the conditions of a loop still let it use, and within what is left of those of the
 * agents around it.
 */
export class UsageRoom {
  /** What agents inside have set aside. */
  private readonly inside = new Map<UsageRoom, Usage>();

  /** @param accounted what of the usage the conditions have heard of */
  constructor(
    private readonly conditions: Pick<StopConditions, 'headroom'>,
    private readonly requests: RoomRequests,
    private readonly records: Pick<CallRecords, 'usage'>,
    private accounted: Usage,
    private readonly outer?: UsageRoom,
  ) {}

  /** What was used since it was asked last. @param until the number of the last record that counts */
  spent(until?: number): Usage {
    const total = this.records.usage(until);
    const used = subtractUsage(total, this.accounted);
    this.accounted = total;
    return used;
  }

  /** Why there is no room for one more turn with a last answer behind it; undefined if there is, and it is set aside. */
  refuses(messages: readonly Message[]): LoopStop | undefined {
    const left = this.left;
    if (isUnlimited(left)) return undefined;
    const most = addUsage(this.requests.nextTurn(messages), this.requests.lastAnswer(messages));
    if (!fits(most, left)) return exhausted(left);
    this.setAside(most);
    return undefined;
  }

  /** Whether there is room for a last answer. */
  hasRoomForLast(messages: readonly Message[]): boolean {
    return this.hasRoomFor(this.requests.lastAnswer(messages), noUsage);
  }

  /** Whether there is room for one more request that is not a turn, with a last answer behind it. */
  hasRoomFor(most: Usage, lastAnswer = this.requests.lastAnswer(this.requests.sent)): boolean {
    const left = this.left;
    return isUnlimited(left) || fits(addUsage(most, lastAnswer), left);
  }

  /** Results as the model is told of them: they may take a part of what a last answer would leave. */
  fitting(results: readonly PerformedToolCall[]): readonly PerformedToolCall[] {
    const left = this.left;
    if (isUnlimited(left)) return results;
    const { sent } = this.requests;
    const last = this.requests.lastAnswer(sent);
    const most = shareOfRest(left, last, shares.results);
    return cutToFit(results, (each) => {
      const told = each.map(({ id, name, content, parts }): Message => {
        return { role: 'tool', toolCallId: id, name, content: parts ?? content };
      });
      return fits(this.requests.lastAnswer([...sent, ...told]), most);
    });
  }

  /** Its turn is over, or all of it: only so much is still set aside in the agents around it. */
  setAside(most: Usage | undefined): void {
    for (let room = this.outer; room; room = room.outer)
      if (most) room.inside.set(this, most);
      else room.inside.delete(this);
  }

  /** What may be used from now on. */
  private get left(): Headroom {
    const unheard = subtractUsage(this.records.usage(), this.accounted);
    const own = without(this.conditions.headroom, unheard);
    return this.outer ? leastOf(own, this.outer.roomFor(this)) : own;
  }

  /** What an agent inside may use, so that this one has its last answer. */
  private roomFor(inner: UsageRoom): Headroom {
    const left = this.left;
    if (isUnlimited(left)) return left;
    const others = [...this.inside].filter(([room]) => room !== inner && !inner.isInside(room));
    const taken = others.reduce(
      (sum, [, most]) => addUsage(sum, most),
      this.requests.lastAnswer(this.requests.sent),
    );
    return shareOfRest(without(left, taken), noUsage, shares.inside);
  }

  private isInside(room: UsageRoom): boolean {
    for (let outer = this.outer; outer; outer = outer.outer) if (outer === room) return true;
    return false;
  }
}
