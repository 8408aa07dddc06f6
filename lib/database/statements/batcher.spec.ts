import { describe, expect, it } from '@jest/globals';
import { Batcher } from './batcher.js';

describe('a batcher', () => {
  const statements: number[][] = [];
  let answer: ((items: readonly number[]) => Promise<string[]>) | undefined;
  const gathering = () => {
    statements.length = 0;
    return new Batcher<number, string>((items) => {
      statements.push([...items]);
      return answer ? answer(items) : Promise.resolve(items.map(String));
    }, 4);
  };

  it('lets what is asked in one turn share a statement, and gives each its own answers', async () => {
    const shared = gathering();
    expect(await Promise.all([shared.request([1, 2]), shared.request([]), shared.request([3])])).toEqual([
      ['1', '2'],
      [],
      ['3'],
    ]);
    expect(statements).toEqual([[1, 2, 3]]);
  });

  it('sends what is asked while a statement is on its way in the next one', async () => {
    const shared = gathering();
    const first = shared.request([1]);
    await Promise.resolve();
    await Promise.all([first, shared.request([2]), shared.request([3])]);
    expect(statements).toEqual([[1], [2, 3]]);
  });

  it('divides what is too much for one statement, and never a single request', async () => {
    const shared = gathering();
    await Promise.all([shared.request([1, 2, 3]), shared.request([4, 5]), shared.request([6, 7, 8, 9, 10])]);
    expect(statements).toEqual([
      [1, 2, 3],
      [4, 5],
      [6, 7, 8, 9, 10],
    ]);
  });

  it('fails only the culprit of an error in the data, and goes on afterwards', async () => {
    const shared = gathering();
    answer = async (items) => {
      if (items.includes(2)) throw Object.assign(new Error('two'), { code: '22P02' });
      return items.map(String);
    };
    const settled = await Promise.allSettled([shared.request([1]), shared.request([2]), shared.request([3])]);
    answer = undefined;
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await shared.request([4])).toEqual(['4']);
  });

  it('fails everybody at once while the database is away: to try each would take as long for each', async () => {
    const shared = gathering();
    answer = async () => {
      throw Object.assign(new Error('away'), { code: 'ECONNRESET' });
    };
    const settled = await Promise.allSettled([shared.request([1]), shared.request([2])]);
    answer = undefined;
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(statements).toHaveLength(1);
  });
});
