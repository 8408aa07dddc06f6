import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { IsString } from 'class-validator';
import { Test } from '@nestjs/testing';
import { Agent, Input, Step, Tool, ToolContext, ToolCtx, ToolService, Workflow } from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';
import { sharedHost } from '../shared-host.js';

const seen: (ToolContext | undefined)[] = [];

class Place {
  @IsString() city!: string;
}

@Injectable()
class Weather {
  @Tool({ description: 'The weather', effect: 'none' })
  async weather({ city }: Place, @ToolCtx() context?: ToolContext) {
    seen.push(context);
    return city;
  }

  @Tool({ description: 'The time', effect: 'none' })
  async time(@ToolCtx() context?: ToolContext) {
    seen.push(context);
    return 'noon';
  }
}

@Agent({ name: 'traveller', instructions: 'You travel.', tools: () => [Weather] })
class TravelAgent {}

@Workflow({ name: 'trip' })
class TripWorkflow {
  constructor(
    private readonly weather: Weather,
    private readonly tools: ToolService,
  ) {}

  @Step() async go(@Input() city: string) {
    return [await this.weather.weather({ city }), await this.weather.time(), await this.tools.call('time')];
  }
}

@Injectable()
class Misplaced {
  @Tool({ description: 'Wrong', effect: 'none' })
  async wrong(_a: Place, _b: Place, @ToolCtx() _context?: ToolContext) {
    return 1;
  }
}

describe('the context of a tool', () => {
  const shared = sharedHost('memory', [Weather, TravelAgent, TripWorkflow]);

  it('tells a tool of its call, whoever makes it, and is undefined outside a run', async () => {
    const { t } = shared;
    seen.length = 0;
    expect(await t.run(TripWorkflow, 'Oslo')).toMatchObject({ output: ['Oslo', 'noon', 'noon'] });
    expect(seen).toMatchObject([
      { workflow: 'trip', step: 'go', agent: undefined, signal: { aborted: expect.any(Boolean) } },
      { workflow: 'trip' },
      { workflow: 'trip' },
    ]);
    expect(new Set(seen.map((context) => context?.idempotencyKey)).size).toBe(3);
    await new Weather().weather({ city: 'Rome' });
    expect(seen.at(-1)).toBeUndefined();
  });

  it('names the agent, and does not reach the schema that the model sees', async () => {
    const { t } = shared;
    seen.length = 0;
    t.models
      .on(TravelAgent)
      .replyOnce({ toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }, { name: 'time' }] })
      .reply('Cold.');
    expect(await t.run(TravelAgent, 'Oslo?')).toMatchObject({ output: 'Cold.' });
    expect(seen).toMatchObject([{ agent: 'traveller' }, { agent: 'traveller' }]);
    expect(t.models.calls.at(-1)?.tools).toMatchObject([
      { name: 'weather', input: { properties: { city: { type: 'string' } } } },
      { name: 'time', input: { properties: {} } },
    ]);
  });

  it('is refused at boot anywhere but behind the input', async () => {
    const module = await Test.createTestingModule({
      imports: [OrchestrationTestingModule.forRoot({})],
      providers: [Misplaced],
    }).compile();
    await expect(OrchestrationHarness.from(module)).rejects.toThrow(
      'Misplaced.wrong: @ToolCtx() is parameter number 3. Put it right behind the input.',
    );
  });
});
