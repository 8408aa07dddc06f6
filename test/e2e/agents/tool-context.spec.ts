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

abstract class Clocks {
  @Tool({ description: 'The time', effect: 'none' })
  async clock(@ToolCtx() context?: ToolContext): Promise<string> {
    return String(context?.runId);
  }
}

/** Its override takes an input, and no context. */
@Injectable()
class CityClocks extends Clocks {
  @Tool({ description: 'The time of a city', effect: 'none', name: 'cityClock' })
  override async clock(place?: unknown): Promise<string> {
    return JSON.stringify(place);
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

@Workflow({ name: 'clocks' })
class ClockWorkflow {
  constructor(private readonly tools: ToolService) {}

  @Step() async look() {
    return this.tools.call('cityClock', { city: 'Oslo' });
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
  const shared = sharedHost('memory', [Weather, CityClocks, TravelAgent, TripWorkflow, ClockWorkflow]);

  it('tells a tool of its call, by code, by name or by a model, and is undefined outside a run', async () => {
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

  it('gives the equal call of another run another idempotency key, and that of a fork as well', async () => {
    const { t } = shared;
    seen.length = 0;
    const { runId } = await t.run(TripWorkflow, 'Bergen');
    await t.run(TripWorkflow, 'Bergen');
    const fork = await t.orchestrator.handle(runId).fork({ from: 'go' });
    await t.result(fork.id);
    expect(new Set(seen.map((context) => context?.idempotencyKey)).size).toBe(9);
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

  it('is not handed to an override that does not ask for it', async () => {
    expect(await shared.t.run(ClockWorkflow, undefined as never)).toMatchObject({
      output: '{"city":"Oslo"}',
    });
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
