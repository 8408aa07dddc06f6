import { describe, expect, it } from '@jest/globals';
import { Injectable, Scope } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { IsString } from 'class-validator';
import { Tool } from '../decorators/index.js';
import { discoveryProviders } from '../discovery/index.js';
import { AdHocRuns } from '../scope/index.js';
import { conversationMedia } from '../media/conversation-media.fixture.js';
import { FakeGate } from './fake-gate.fixture.js';
import { ToolRegistry } from './tool-registry.js';
import { toolProviders } from './tool.providers.js';
import { DiscoveredTools } from './discovered-tools.js';
import { TOOL_SOURCES } from './tool-source.js';
import { ToolService } from './tool.service.js';

class City {
  @IsString()
  city!: string;
}

@Injectable()
class WeatherDesk {
  private readonly degrees = 21;

  @Tool({ description: 'Weather of a city.', effect: 'none', tags: ['weather'] })
  async weather({ city }: City) {
    return { city, degrees: this.degrees };
  }

  @Tool({ name: 'weather.report', description: 'Publishes a report.' })
  async report() {
    return 'published';
  }
}

@Injectable({ scope: Scope.REQUEST })
class Visits {
  @Tool({ description: 'Counts.', effect: 'none' })
  async visit() {
    return 'counted';
  }
}

@Injectable()
class NoTools {
  readonly open = true;
}

async function application() {
  const gate = new FakeGate();
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    providers: [
      WeatherDesk,
      Visits,
      NoTools,
      ...discoveryProviders,
      ...toolProviders,
      {
        provide: TOOL_SOURCES,
        useFactory: (discovered: DiscoveredTools) => [discovered],
        inject: [DiscoveredTools],
      },
      { provide: AdHocRuns, useValue: gate },
    ],
  }).compile();
  await module.init();
  return { gate, tools: module.get(ToolService), registry: module.get(ToolRegistry) };
}

describe('ToolService', () => {
  it('lists the tools of all providers with the JSON Schema of their input', async () => {
    const { tools } = await application();
    const list = await tools.list();
    expect(list.map(({ name }) => name).toSorted()).toEqual(['visit', 'weather', 'weather.report']);
    expect(list.find(({ name }) => name === 'weather')).toMatchObject({
      description: 'Weather of a city.',
      effect: 'none',
      tags: ['weather'],
      input: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    });
  });

  it('calls a tool through the gate, on the instance of its provider', async () => {
    const { tools, gate } = await application();
    await expect(tools.call('weather', { city: 'Paris' })).resolves.toEqual({ city: 'Paris', degrees: 21 });
    expect(gate.calls).toMatchObject([
      { kind: 'tool', name: 'weather', arguments: { city: 'Paris' }, effect: 'none' },
    ]);
    expect(gate.calls[0]?.input).toBe(City);
  });

  it('calls a tool of a request-scoped provider', async () => {
    const { tools } = await application();
    await expect(tools.call('visit')).resolves.toBe('counted');
  });

  it('names the nearest tool when there is none of that name', async () => {
    const { tools, gate } = await application();
    await expect(tools.call('wether', {})).rejects.toThrow(/no tool 'wether'. Did you mean 'weather'/);
    expect(gate.calls).toEqual([]);
  });
});

describe('ToolRegistry', () => {
  it('offers models names that vendors take, each tool once', async () => {
    const { registry } = await application();
    const { exposed } = await registry.toolSet([WeatherDesk, 'weather']);
    expect(exposed.map(({ name }) => name)).toEqual(['weather', 'weather_report']);
  });

  it('performs a call by the offered name and tells the own one', async () => {
    const { registry, gate } = await application();
    const call = { id: '1', name: 'weather_report', raw: '{}', arguments: {} };
    const calls = [{ call, index: 0 }];
    const toolSet = await registry.toolSet([WeatherDesk]);
    await expect(
      toolSet.perform(calls, { model: 'openai/m', media: conversationMedia(), parallel: 8 }),
    ).resolves.toEqual([
      { id: '1', name: 'weather.report', arguments: {}, content: 'published', isError: false },
    ]);
    expect(gate.calls[0]).toMatchObject({ name: 'weather.report', actor: { kind: 'model', id: 'openai/m' } });
  });

  it('refuses a class without tools', async () => {
    const { registry } = await application();
    expect(() => registry.toolSet([NoTools])).toThrow(/NoTools has no tools/);
  });
});
