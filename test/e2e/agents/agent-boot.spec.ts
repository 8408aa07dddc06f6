import { describe, expect, it } from '@jest/globals';
import { Injectable, type Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Agent, askUser, handoff, ModelService, Step, Tool, Workflow } from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';

@Injectable()
class Articles {
  @Tool({ description: 'Searches', effect: 'none' })
  async search() {
    return 'an article';
  }
}

@Injectable()
class Plain {}

@Agent({ instructions: 'x', tools: ['serch'] })
class MisspeltAgent {}

@Agent({ instructions: 'x', tools: () => [Plain] })
class ToollessAgent {}

@Agent({ instructions: 'x', tools: [undefined as never] })
class CircularAgent {}

@Agent({ instructions: 'x', tools: () => [Articles] })
class TwiceAgent {
  @Tool({ description: 'Searches as well', effect: 'none' })
  async search() {
    return 'another';
  }
}

@Agent({ instructions: 'x', onStop: 'anwser' as never, maxTurn: 3 } as never)
class OptionsAgent {}

@Agent({ instructions: 'x', onStop: { review: { sample: 0.5 } } } as never)
class SampledAgent {}

@Agent({} as never)
class SilentAgent {}

@Agent({ instructions: 'x' })
class PrivateAgent {
  @Tool({ description: 'Only mine', effect: 'none' })
  async secret() {
    return 1;
  }
}

@Workflow()
class ThiefWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step() async steal() {
    return this.models.generate({ prompt: 'x', tools: ['private.secret'] });
  }
}

@Agent({ description: 'One', instructions: 'x', tools: () => [OtherAgent, Articles] })
class OneAgent {}

@Agent({ description: 'Other', instructions: 'x', tools: () => ['third'] })
class OtherAgent {}

@Agent({ description: 'Third', instructions: 'x', tools: () => [OneAgent] })
class ThirdAgent {}

@Agent({ instructions: 'x' })
class NamelessAgent {}

@Agent({ instructions: 'x', tools: () => [NamelessAgent] })
class VagueAgent {}

@Agent({ description: 'Searches', name: 'search', instructions: 'x' })
class SearchAgent {}

@Agent({ instructions: 'x', tools: () => [SearchAgent, Articles, askUser()] })
class SameNameAgent {
  @Tool({ description: 'Asks', effect: 'none' })
  async askUser() {
    return 'somebody';
  }
}

@Agent({ instructions: 'x', handoffs: [undefined as never] })
class CircularHandoffAgent {}

@Agent({ instructions: 'x', handoffs: () => [Plain as never, SelfishAgent, NamelessAgent] })
class SelfishAgent {}

@Agent({
  instructions: 'x',
  handoffs: () => [handoff(SearchAgent, { history: 'some' as never, inptu: 1 } as never)],
})
class WrongHandoffAgent {
  @Tool({ description: 'Hands over by itself', effect: 'none', name: 'transfer_to_search' })
  async transfer() {
    return 1;
  }
}

@Agent({ instructions: 'x', tools: () => [SearchAgent, askUser()], onStop: { review: { roles: ['lead'] } } })
class FineAgent {}

async function boot(...providers: Provider[]): Promise<OrchestrationHarness> {
  const module = await Test.createTestingModule({
    imports: [OrchestrationTestingModule.forRoot({})],
    providers: [Articles, ...providers],
  }).compile();
  return OrchestrationHarness.from(module);
}

describe('at boot an agent is refused', () => {
  it.each<[string, Provider | readonly Provider[], string]>([
    [
      'with a misspelt tool',
      MisspeltAgent,
      "MisspeltAgent: there is no tool 'serch'. Did you mean 'search'?",
    ],
    ['with a class that has no tools', ToollessAgent, 'ToollessAgent: Plain has no tools'],
    [
      'with what is not there yet',
      CircularAgent,
      'CircularAgent: tools[0] is undefined, a circular import: write `tools: () => […]`',
    ],
    [
      'with two tools of one name',
      TwiceAgent,
      "TwiceAgent would offer two tools as 'search': TwiceAgent.search and Articles.search",
    ],
    ['with a value that is none', OptionsAgent, "@Agent onStop is 'anwser'. Write one of 'answer', 'fail'"],
    ['with an option that is none', OptionsAgent, '@Agent maxTurn is not an option'],
    ['with a sample of what it asks at its limits', SampledAgent, 'each of them is looked at'],
    ['without instructions', SilentAgent, 'has no instructions'],
    [
      'with agents that are tools of each other',
      [OneAgent, OtherAgent, ThirdAgent],
      'OneAgent: these agents are tools of each other: OneAgent → OtherAgent → ThirdAgent → OneAgent.',
    ],
    [
      'with an agent as a tool that does not say what it does',
      [VagueAgent, NamelessAgent],
      'VagueAgent: NamelessAgent is a tool of it and has no description',
    ],
    [
      'with an agent and a tool of one name',
      [SameNameAgent, SearchAgent],
      "SameNameAgent would offer two tools as 'search': the agent SearchAgent and Articles.search",
    ],
    [
      'with a tool of its own and a given one of one name',
      [SameNameAgent, SearchAgent],
      "SameNameAgent would offer two tools as 'askUser': SameNameAgent.askUser and askUser()",
    ],
    [
      'with a handoff to what is not there yet',
      CircularHandoffAgent,
      'CircularHandoffAgent: handoffs[0] is undefined, a circular import: write `handoffs: () => […]`',
    ],
    [
      'with a handoff to a class that is not an agent',
      [SelfishAgent, NamelessAgent],
      'SelfishAgent: handoffs[0] is Plain, which is not an agent: a class with @Agent() in the providers of a module that the application imports. Did you mean',
    ],
    ['with a handoff to itself', [SelfishAgent, NamelessAgent], 'handoffs[1] is SelfishAgent itself'],
    [
      'with a handoff to one that does not say what it does',
      [SelfishAgent, NamelessAgent],
      'SelfishAgent hands over to NamelessAgent, which has no description',
    ],
    [
      'with a history that there is none of',
      [WrongHandoffAgent, SearchAgent],
      "handoff(SearchAgent) history is 'some'. Write one of 'all', 'last', 'none'",
    ],
    [
      'with an option of a handoff that is none',
      [WrongHandoffAgent, SearchAgent],
      "handoff(SearchAgent) inptu is not an option. Did you mean 'input'?",
    ],
    [
      'with a handoff and a tool of one name',
      [WrongHandoffAgent, SearchAgent],
      "WrongHandoffAgent would offer two tools as 'transfer_to_search': WrongHandoffAgent.transfer and the handoff to SearchAgent",
    ],
  ])('%s', async (_, agents, message) => {
    await expect(boot(...[agents].flat())).rejects.toMatchObject({
      code: 'INVALID_WORKFLOW_DEFINITION',
      message: expect.stringContaining(message),
    });
  });

  it('and one without faults is not; its own tools are for nobody else', async () => {
    const t = await boot(PrivateAgent, ThiefWorkflow, FineAgent, SearchAgent);
    expect(await t.run(ThiefWorkflow, undefined as never)).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining("There is no tool 'private.secret'") },
    });
    await t.close();
  });
});
