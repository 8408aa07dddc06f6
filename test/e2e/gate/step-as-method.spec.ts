import { describe, expect, it } from '@jest/globals';
import { HumanReview, Input, Step, StepContext, Workflow } from 'nestjs-nestor';
import { sharedHost } from '../shared-host.js';
import { asker } from './people.js';

const done: string[] = [];

@Workflow({ result: 'act' })
class CallsWorkflow {
  @Step()
  async act(@Input() way: string, ctx: StepContext): Promise<unknown> {
    switch (way) {
      case 'method':
        return this.secret();
      case 'later':
        return new Promise((resolve) => setImmediate(resolve)).then(() => this.secret());
      case 'prototype':
        return CallsWorkflow.prototype.secret.call(this);
      case 'once':
        return ctx.once('secret', async () => this.secret());
      default:
        return this.plain();
    }
  }

  @Step({ after: 'act', when: () => false, effect: 'irreversible' })
  @HumanReview({ roles: ['lead'], at: 'before' })
  async secret() {
    done.push('secret');
    return 'secret';
  }

  plain() {
    return 'plain';
  }
}

@Workflow()
class FallbackWorkflow {
  @Step({ retry: { attempts: 1 }, fallback: 'instead' })
  async act(): Promise<string> {
    throw new Error('no');
  }

  async instead(): Promise<string> {
    return this.act();
  }
}

class Base {
  @Step()
  async act(@Input() text: string) {
    return `base ${text}`;
  }
}

@Workflow()
class SubWorkflow extends Base {
  @Step()
  override async act(@Input() text: string) {
    return `sub ${await super.act(text)}`;
  }
}

@Workflow()
class NeighbourWorkflow {
  constructor(private readonly calls: CallsWorkflow) {}

  @Step()
  async act() {
    return this.calls.act('plain', undefined as never);
  }
}

describe('a step that is called as a method', () => {
  const shared = sharedHost('memory', [CallsWorkflow, FallbackWorkflow, SubWorkflow, NeighbourWorkflow]);

  it.each(['method', 'later', 'prototype', 'once'])('is refused inside a run: %s', async (way) => {
    const result = await shared.t.run(CallsWorkflow, way, { principal: asker });
    expect(result).toMatchObject({
      status: 'failed',
      error: {
        message: expect.stringMatching(/CallsWorkflow\.secret is a step.*@From\('secret'\).*plain method/),
      },
    });
    expect(done).toEqual([]);
  });

  it('is refused in a fallback, and in a step of another workflow', async () => {
    const message = (step: string) => ({ error: { message: expect.stringContaining(`${step} is a step`) } });
    expect(await shared.t.run(FallbackWorkflow, undefined as never)).toMatchObject(
      message('FallbackWorkflow.act'),
    );
    expect(await shared.t.run(NeighbourWorkflow, undefined as never)).toMatchObject(
      message('CallsWorkflow.act'),
    );
  });

  it('may be the same step of the class above; plain methods may be called', async () => {
    expect(await shared.t.run(SubWorkflow, 'a')).toMatchObject({ output: 'sub base a' });
    expect(await shared.t.run(CallsWorkflow, 'plain')).toMatchObject({ output: 'plain' });
  });

  it('is the plain method outside a run', async () => {
    expect(await new CallsWorkflow().act('method', undefined as never)).toBe('secret');
    expect(done.splice(0)).toEqual(['secret']);
  });
});
