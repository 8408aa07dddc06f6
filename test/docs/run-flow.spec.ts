import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Provider } from '@nestjs/common';
import { WorkflowRegistry } from 'nestjs-nestor';
import { type Host, openHost } from '../e2e/host.js';
import { loadPage } from './pages.js';

let host: Host | undefined;
afterEach(async () => {
  await host?.close();
  host = undefined;
});

beforeAll(() => {
  // The pages configure providers from the environment; nothing is sent to them here.
  process.env['OPENAI_API_KEY'] = process.env['ANTHROPIC_API_KEY'] = 'unused';
});

describe('README', () => {
  it('prints a workflow that runs as it is there', async () => {
    const page = await loadPage('README.md');
    host = await openHost('memory', [page.get('DigestWorkflow')]);
    host.t.models.on(/^Summarise in two sentences:\nThe train/).reply('A late train. No anger.');
    const { result } = await page.run('digest', host.t.orchestrator);
    expect(result).toMatchObject({ status: 'completed', output: 'A late train' });
  });
});

describe('docs/getting-started.md', () => {
  it('starts once for one idempotency key, and tells the story of the run', async () => {
    const page = await loadPage('docs/getting-started.md');
    host = await openHost('memory', [page.get('DigestWorkflow')]);
    host.t.models.on(/Summarise/).reply('One. Two.');
    const { first, again, result } = await page.run<Record<string, { id: string }>>(
      'twice',
      host.t.orchestrator,
    );
    expect(first?.id).toBe(again?.id);
    expect(result).toMatchObject({ status: 'completed', output: 'One' });
    const { story, report } = await page.run('story', host.t.audit, first?.id);
    expect(story).toHaveLength(6);
    expect(story).toContainEqual(expect.stringContaining('code digest.title, title: completed'));
    expect(report).toMatchObject({ ok: true });
  });

  it('prints a test that runs', async () => {
    const page = await loadPage('docs/getting-started.md');
    expect((await page.run('tested'))['outcome']).toMatchObject({
      status: 'completed',
      output: 'The train was late',
    });
  });
});

describe('docs/workflows.md', () => {
  it('takes an order, and skips what its condition says', async () => {
    const page = await loadPage('docs/workflows.md');
    host = await openHost('memory', [page.get('OrderWorkflow')]);
    const { result, tooMany } = await page.run('order', host.t);
    expect(result).toMatchObject({ status: 'completed', output: { id: expect.any(String), cents: 500 } });
    expect(tooMany).toMatchObject({ status: 'completed', output: undefined });
  });

  it('describes and draws the workflow', async () => {
    const page = await loadPage('docs/workflows.md');
    host = await openHost('memory', [page.get('OrderWorkflow')]);
    const { picture, edges } = await page.run('picture', host.t.module.get(WorkflowRegistry));
    expect(picture).toContain('flowchart TD');
    expect(edges).toEqual([
      { from: 'price', to: 'confirm', kind: 'data' },
      { from: 'stock', to: 'confirm', kind: 'order' },
    ]);
  });
});

describe('docs/control-flow.md', () => {
  it('goes the ways that the page describes', async () => {
    const page = await loadPage('docs/control-flow.md');
    host = await openHost(
      'memory',
      ['Quickest', 'Triage', 'Translate', 'Improve', 'Book', 'Delivery'].map((name) =>
        page.get<Provider>(`${name}Workflow`),
      ),
    );
    const results = await page.run<Record<string, { output?: unknown }>>('flows', host.t);
    expect(Object.entries(results).map(([name, { output }]) => [name, output])).toEqual([
      ['quickest', 'cached k'],
      ['triage', 'refund for: my money'],
      ['translated', 'A. B'],
      ['improved', 'rain, draft 3'],
      ['book', '<A. B>'],
    ]);
    const { waiting, signed, lost } = await page.run('delivery', host.t);
    expect(waiting).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'timer', timer: 'delay' }] });
    expect(signed).toMatchObject({ output: 'signed by Ada' });
    expect(lost).toMatchObject({ output: 'lost' });
  });
});

describe('docs/errors-and-retries.md', () => {
  it('tries again, falls back, fails and undoes', async () => {
    const page = await loadPage('docs/errors-and-retries.md');
    host = await openHost('memory', [page.get('CheckoutWorkflow')]);
    const { paid, failed, log } = await page.run('checkout', host.t);
    expect(paid).toMatchObject({ status: 'completed', output: 'book at 1.1' });
    expect(failed).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('the card is stolen') },
    });
    expect(log).toEqual([
      'cached: the rate service is down',
      'cached: the rate service is down',
      'undo reserved stolen card: the card is stolen',
    ]);
  });

  it('forks a run from a step with another input, and replays it', async () => {
    const page = await loadPage('docs/errors-and-retries.md');
    host = await openHost('memory', [page.get('CheckoutWorkflow')]);
    const { forked, report } = await page.run('again', host.t);
    expect(forked).toMatchObject({ status: 'completed', output: 'book at 1.1' });
    expect(report).toMatchObject({ divergences: [] });
  });
});
