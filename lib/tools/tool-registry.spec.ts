import { nothingProvided } from './given-tools.js';
import { describe, expect, it } from '@jest/globals';
import { FakeGate } from './fake-gate.fixture.js';
import { Desk, tool } from './registered-tool.fixture.js';
import type { RegisteredTool } from './registered-tool.js';
import { ToolRegistry } from './tool-registry.js';
import type { ToolSource } from './tool-source.js';
import { ToolService } from './tool.service.js';

const application = (...tools: RegisteredTool[]): ToolSource => ({
  origin: 'application',
  tools: () => tools,
});

/** A source in another process, which answers when the test says so. */
class Remote implements ToolSource {
  readonly origin = 'remote';
  asked = 0;
  answer: (tools: readonly RegisteredTool[]) => void = () => undefined;
  fail: (error: Error) => void = () => undefined;

  tools(): Promise<readonly RegisteredTool[]> {
    this.asked += 1;
    return new Promise((resolve, reject) => Object.assign(this, { answer: resolve, fail: reject }));
  }
}

const remote = (name: string): RegisteredTool => ({
  ...tool(name, (args: unknown) => args),
  origin: 'remote',
});

function registry(source: ToolSource, ...tools: RegisteredTool[]) {
  const gate = new FakeGate();
  const made = new ToolRegistry([application(...tools), source], gate, { get: nothingProvided });
  return { gate, registry: made, service: new ToolService(made, gate) };
}

describe('tools of several sources', () => {
  it('of the application are there at once, whatever becomes of a source that takes time', async () => {
    const source = new Remote();
    const { registry: tools } = registry(
      source,
      tool('note', () => 'noted'),
    );
    expect(tools.get('note')).toMatchObject({ origin: 'application' });
    expect(tools.toolSet([Desk, 'note'])).toMatchObject({ exposed: [{ name: 'note' }] });
    source.fail(new Error('no connection'));
    await new Promise(setImmediate);
  });

  it('of a source that takes time are found when it has answered', async () => {
    const source = new Remote();
    const { registry: tools } = registry(
      source,
      tool('note', () => 'noted'),
    );
    const offered = tools.toolSet(['note', 'search']);
    expect(offered).toBeInstanceOf(Promise);
    source.answer([remote('search')]);
    expect((await offered).exposed.map(({ name }) => name)).toEqual(['note', 'search']);
  });

  it('are listed by the source that they come from, and of two of one name the first', async () => {
    const source = new Remote();
    const { service } = registry(
      source,
      tool('note', () => 'noted'),
    );
    const list = service.list();
    source.answer([remote('search'), remote('note')]);
    expect((await list).map(({ name, origin }) => [name, origin])).toEqual([
      ['note', 'application'],
      ['search', 'remote'],
    ]);
  });

  it('that nobody has are refused with the nearest of all', async () => {
    const source = new Remote();
    const { registry: tools } = registry(
      source,
      tool('note', () => 'noted'),
    );
    const found = tools.get('serch');
    source.answer([remote('search')]);
    await expect(found).rejects.toThrow(
      "There is no tool 'serch'. Did you mean 'search'? Tools are @Tool methods of providers; there are: note, search.",
    );
  });

  it('of a source that fails are refused with its error', async () => {
    const source = new Remote();
    const { service } = registry(source);
    const called = service.call('search', {});
    source.fail(new Error('no connection'));
    await expect(called).rejects.toThrow('no connection');
  });

  it('get the arguments of the moment of the call, also where the source takes its time', async () => {
    const source = new Remote();
    const { service, gate } = registry(source);
    const args = { query: 'nest' };
    const called = service.call('search', args);
    args.query = 'changed meanwhile';
    source.answer([remote('search')]);
    await called;
    expect(gate.calls).toMatchObject([{ name: 'search', arguments: { query: 'nest' } }]);
  });
});
