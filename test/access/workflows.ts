import { Injectable } from '@nestjs/common';
import {
  AccessDeniedError,
  Agent,
  AgentService,
  From,
  HumanReview,
  Input,
  ModelService,
  SignalPayload,
  Step,
  Tool,
  Workflow,
} from 'nestjs-nestor';

/** Waits for a review and a signal. */
@Workflow({ budget: { calls: 5 }, access: { read: ['reader'], decide: ['decider'] }, result: 'send' })
export class LetterWorkflow {
  @Step() @HumanReview({ roles: ['lead'] }) async write(@Input() text: string) {
    return text;
  }

  @Step({ waitFor: 'go' }) go(@SignalPayload() payload: string) {
    return payload;
  }

  @Step() async send(@From('write') text: string, @From('go') _: string) {
    return `sent ${text}`;
  }
}

/** Has failed. */
@Workflow({ access: { read: ['reader'] } })
export class BoomWorkflow {
  @Step({ retry: { attempts: 1 } }) async boom(@Input() _: string): Promise<string> {
    throw new Error('boom');
  }
}

@Workflow({ access: ['lead'] })
export class ClosedWorkflow {
  @Step() async act(@Input() text: string) {
    return text;
  }
}

@Injectable()
export class Till {
  @Tool({ description: 'Pays', effect: 'none', access: ['lead'] })
  async pay() {
    return 'paid';
  }
}

@Agent({ name: 'chief', description: 'Decides', instructions: 'You decide.', access: ['lead'] })
export class ChiefAgent {}

@Agent({ name: 'clerk', description: 'Helps', instructions: 'You help.', handoffs: () => [ChiefAgent] })
export class ClerkAgent {}

@Workflow()
export class ClosedStepWorkflow {
  @Step({ access: ['lead'], retry: { attempts: 1 } }) async act(@Input() text: string) {
    return text;
  }
}

/** Does what its input says. */
@Workflow()
export class GuardedWorkflow {
  constructor(
    private readonly till: Till,
    private readonly models: ModelService,
    private readonly agents: AgentService,
  ) {}

  @Step({ retry: { attempts: 1 } })
  async act(@Input() what: string): Promise<unknown> {
    switch (what) {
      case 'tool':
        return this.till.pay();
      case 'model':
        return (await this.models.generate({ prompt: 'hello' })).text;
      case 'agent':
        return (await this.agents.run(ChiefAgent, 'x')).output;
      case 'handoff': {
        const { handoffs, output } = await this.agents.run(ClerkAgent, 'x');
        if (handoffs === 0) throw new AccessDeniedError('the model was told that it may not hand over');
        return output;
      }
      default:
        throw new Error(`nothing does '${what}'`);
    }
  }
}
