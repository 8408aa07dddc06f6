import { describe, expect, it } from '@jest/globals';
import { askUser, memoryTools } from 'nestjs-nestor';
import { retrievalTool } from 'nestjs-nestor/retrieval';

const makers = {
  askUser,
  memoryTools,
  retrievalTool: (options: object) => retrievalTool('articles', options),
} as const;

describe('the options of built-in tools', () => {
  it.each<[keyof typeof makers, object, string]>([
    ['askUser', { timeout: 'soon' }, "askUser() timeout is 'soon'. Write a duration"],
    ['askUser', { descripton: 'Asks.' }, "Did you mean 'description'?"],
    [
      'memoryTools',
      { scope: 'team' },
      "memoryTools() scope is 'team'. Write one of 'user', 'tenant', 'agent'.",
    ],
    ['memoryTools', { limit: 101 }, 'memoryTools() limit has to be a whole number from 1 to 100.'],
    ['memoryTools', { expiresIn: -1 }, 'memoryTools() expiresIn is -1. Write a duration'],
    ['memoryTools', { about: ' ' }, "memoryTools() about is ' '"],
    ['retrievalTool', { limit: 0 }, 'retrievalTool(articles) limit has to be a whole number from 1 to 200.'],
    ['retrievalTool', { filter: 'billing' }, 'retrievalTool(articles) filter has to be an object'],
    ['retrievalTool', { name: '' }, "retrievalTool(articles) name is ''"],
  ])('are refused where the tool is made: %s(%j)', (maker, options, problem) => {
    expect(() => makers[maker](options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message: expect.stringContaining(problem) }),
    );
  });

  it.each(Object.keys(makers) as (keyof typeof makers)[])(
    'count as absent where they are undefined: %s',
    (maker) => {
      const names = ['about', 'description', 'expiresIn', 'filter', 'limit', 'name', 'scope', 'timeout'];
      const known = { askUser: /^[dt]/, memoryTools: /^[aels]/, retrievalTool: /^[dfln]/ }[maker];
      const options = Object.fromEntries(
        names.filter((name) => known.test(name)).map((name) => [name, undefined]),
      );
      const definitions = (given: object) => makers[maker](given).tools.map(({ definition }) => definition);
      expect(definitions(options)).toEqual(definitions({}));
    },
  );
});
