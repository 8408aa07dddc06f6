import type { BatchMember } from '../../scope/index.js';

type State = 'checking' | 'ready' | 'performing' | 'left';

interface Member {
  state: State;
  begin: () => void;
  refuse: (reason: unknown) => void;
}

/**
 * The calls of one answer: none is performed before all of them have passed their checks, wait for a person, or were
 * refused; then so many at a time, in their order. A call that waits holds no place.
 */
export class CallBatch {
  private readonly members: Member[] = [];
  private ended: { readonly reason: unknown } | undefined;

  /**
   * @param size most calls that are performed at the same time
   * @param ends whether an error of one call ends all: those that have not begun are not performed
   */
  constructor(
    private readonly size: number,
    private readonly ends: (error: unknown) => boolean,
  ) {}

  /** All have to be there before the first is begun. */
  add(): BatchMember {
    const member: Member = { state: 'checking', begin: nothing, refuse: nothing };
    this.members.push(member);
    return {
      ready: () =>
        new Promise<void>((resolve, reject) => {
          member.begin = resolve;
          member.refuse = reject;
          member.state = 'ready';
          // When its caller waits for it, so that all begin in their order.
          queueMicrotask(() => this.advance());
        }),
      left: (error) => {
        if (member.state === 'left') return;
        member.state = 'left';
        if (error !== undefined && this.ends(error)) this.ended ??= { reason: error };
        this.advance();
      },
    };
  }

  private advance(): void {
    if (this.members.some(({ state }) => state === 'checking')) return;
    const ready = this.members.filter(({ state }) => state === 'ready');
    const { ended } = this;
    if (ended) {
      for (const member of ready) member.state = 'left';
      for (const member of ready) member.refuse(ended.reason);
      return;
    }
    const free = this.size - this.members.filter(({ state }) => state === 'performing').length;
    const next = ready.slice(0, Math.max(0, free));
    for (const member of next) member.state = 'performing';
    for (const member of next) member.begin();
  }
}

function nothing(): void {
  // until it is ready there is nobody to tell
}
