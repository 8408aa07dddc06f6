import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  Agent,
  AgentService,
  any,
  delegate,
  elapsed,
  From,
  HumanReview,
  Input,
  maxToolCalls,
  maxTurns,
  Step,
  Tool,
  toolCalled,
  tokens,
  Workflow,
} from 'nestjs-nestor';

export const world = { done: [] as string[], clock: 0 };

export class Query {
  readonly number!: string;
}

@Injectable()
export class Articles {
  @Tool({ description: 'Searches articles', effect: 'none' })
  async search({ number }: Query) {
    world.done.push(`search ${number}`);
    return `article ${number}`;
  }
}

@Injectable()
export class Desk {
  @Tool({ description: 'Signs', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async sign({ number }: Query) {
    world.done.push(`sign ${number}`);
  }
}

@Agent({
  description: 'Solves billing questions',
  instructions: (ticket: { shop: string }) =>
    `You work for ${ticket.shop}. It is ${(world.clock += 1)} o'clock.`,
  tools: () => [Articles],
  stopWhen: any(maxTurns(6), maxToolCalls(4), elapsed('1m')),
})
export class BillingAgent {
  static readonly input = z.object({ shop: z.string(), question: z.string() });

  @Tool({ description: 'Finds an invoice', effect: 'none' })
  async findInvoice({ number }: Query) {
    world.done.push(`find ${number}`);
    return { number, usd: 12 };
  }

  @Tool({ description: 'Refunds an invoice', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async refund({ number }: Query) {
    world.done.push(`refund ${number}`);
    return `refunded ${number}`;
  }
}

@Agent({ instructions: 'You sort.', stopWhen: any(maxTurns(2), toolCalled('search')), tools: [Articles] })
export class SortingAgent {
  static readonly output = z.object({ topic: z.string() });
}

@Agent({ instructions: 'You sort.', stopWhen: maxTurns(1), tools: [Articles], onStop: 'fail' })
export class StrictAgent {}

@Agent({ instructions: 'You dump.', stopWhen: tokens(12_000), maxTokens: 200 })
export class FrugalAgent {
  @Tool({ description: 'Dumps much text', effect: 'none' })
  async dump({ number }: Query) {
    return `${number} ${'x'.repeat(60_000)}`;
  }
}

@Agent({ instructions: 'x', stopWhen: tokens(100) })
export class TinyAgent {}

@Workflow()
export class DeskWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step({ retry: { attempts: 2, initialDelay: 1 } })
  async solve(@Input() question: string) {
    const { output, stop, turns, toolCalls, usage, messages } = await this.agents.run(BillingAgent, {
      shop: 'ACME',
      question,
    });
    return { output, condition: stop.condition, turns, toolCalls, calls: usage.calls, said: messages.length };
  }
}

@Workflow()
export class TwiceWorkflow {
  constructor(
    private readonly agents: AgentService,
    private readonly desk: Desk,
  ) {}

  /** The step waits after the agent has ended. */
  @Step() async solve(@Input() question: string) {
    const { usage, cost, messages, text } = await this.agents.run(BillingAgent, { shop: 'ACME', question });
    await this.desk.sign({ number: text });
    return { calls: usage.calls, cost, said: messages.length, last: messages.at(-1)?.content };
  }
}

@Workflow()
export class HurriedWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step({ timeout: '1m', retry: { attempts: 1 } })
  async solve(@Input() question: string) {
    return (await this.agents.run(SortingAgent, question)).output.topic;
  }
}

@Workflow({ result: 'answer' })
export class HandOnWorkflow {
  @Step({ delegate: () => SortingAgent }) sort(@Input() mail: string) {
    return delegate(SortingAgent, mail);
  }

  @Step() answer(@From('sort') { topic }: { topic: string }) {
    return `about ${topic}`;
  }
}

export const call = (name: string, ...numbers: string[]) => ({
  toolCalls: numbers.map((number) => ({ name, arguments: { number } })),
});

/** Everything of this file that the application has. */
export const providers = [
  Articles,
  Desk,
  BillingAgent,
  SortingAgent,
  StrictAgent,
  FrugalAgent,
  TinyAgent,
  DeskWorkflow,
  TwiceWorkflow,
  HandOnWorkflow,
  HurriedWorkflow,
];
