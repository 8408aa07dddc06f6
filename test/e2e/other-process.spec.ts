import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lastValueFrom, toArray } from 'rxjs';
import { Input, SignalPayload, Step, Workflow } from 'nestjs-nestor';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { type Host, openHost } from './host.js';

@Workflow()
class RemoteWorkflow {
  @Step({ waitFor: 'word' }) hold(@SignalPayload() word: string, @Input() more: string) {
    return `${word} ${more}`;
  }
}

describe('another process on the same database', () => {
  let database: TestDatabase;
  let works: Host;
  let starts: Host;
  beforeAll(async () => {
    database = await openTestDatabase();
    starts = await openHost('database', [RemoteWorkflow], { role: 'start' }, { database });
    works = await openHost('database', [RemoteWorkflow], { role: 'work' }, { database });
  });
  afterAll(async () => {
    await starts.close();
    await works.close();
    await database.close();
  });

  it('starts, signals, watches and gets the result of a run that this one drives', async () => {
    const handle = await starts.t.start(RemoteWorkflow, 'world');
    const events = lastValueFrom(handle.events().pipe(toArray()));
    const result = handle.result();
    await works.t.clock.advance(1);
    expect(await handle.idle()).toMatchObject({ status: 'waiting' });
    await handle.signal('word', 'hello');
    await works.t.clock.advance(1);
    expect(await result).toMatchObject({ status: 'completed', output: 'hello world' });
    const names = (await events).map(({ type }) => type).filter((type) => !type.startsWith('step.started'));
    expect(names.at(0)).toBe('run.created');
    expect(names.at(-1)).toBe('run.completed');
  });

  it('cancels it, too', async () => {
    const handle = await starts.t.start(RemoteWorkflow, 'world');
    await works.t.clock.advance(1);
    await handle.cancel('not wanted');
    await works.t.clock.advance(1);
    expect(await handle.result()).toMatchObject({ status: 'cancelled' });
  });
});
