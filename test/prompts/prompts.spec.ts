import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Agent,
  CurrentPrincipal,
  Input,
  ModelService,
  type Principal,
  RoleAccessPolicy,
  Step,
  TemplateRegistry,
  Workflow,
} from 'nestjs-nestor';
import { describeOnServer, openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { recordsOf } from '../e2e/gate/records.js';
import { type Host, openHost, stores } from '../e2e/host.js';

const directory = mkdtempSync(join(tmpdir(), 'prompts-'));
const head = (names: string) =>
  `---\nvariables:\n  type: object\n  required: [${names}]\n  properties: { ticket: {}, tone: {} }\n---\n`;
const files: Record<string, string> = {
  'triage.v1.md': 'First: {{ticket}}',
  'triage.v2.md': 'Second: {{ticket}}',
  'triage.v3.md': 'Third: {{ticket}}',
  'split.v1.md': 'A: {{ticket}}',
  'split.v2.md': 'B: {{ticket}}',
  'agent.v1.md': 'You help.',
  'agent.v2.md': 'You help more.',
  'toned.md': `${head('ticket, tone')}{{ticket}} {{tone}}`,
  'few.md': '---\nmessages: [{ role: user, content: x }]\n---\nYou help.',
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), text);
}
afterAll(() => rmSync(directory, { recursive: true, force: true }));

@Workflow()
class TriageWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async triage(@Input() ticket: string) {
    return (await this.models.generate({ template: 'triage', variables: { ticket } })).text;
  }
}

@Workflow()
class SplitWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 2 } })
  async ask(@Input() ticket: string) {
    const first = await this.models.generate({ template: 'split', variables: { ticket } });
    const second = await this.models.generate({ template: 'split', variables: { ticket } });
    if (failures-- > 0) throw new Error('not now');
    return [first.text, second.text];
  }
}

@Agent({ instructions: { template: 'agent' } })
class HelpAgent {}

let failures = 0;
const lead: Principal = { id: 'lea', roles: ['editor'] };
const access = new RoleAccessPolicy({ platformRoles: { editor: ['prompt.pin'] } });
const split = { split: { '1': 1, '2': 1 } };
const options = { principal: () => undefined, access, templates: { directory, split } };

describe.each(stores)('prompts (%s)', (store) => {
  let host: Host;
  let templates: TemplateRegistry;
  let current: CurrentPrincipal;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    host = await openHost(store, [TriageWorkflow, SplitWorkflow, HelpAgent], options);
    templates = host.t.module.get(TemplateRegistry, { strict: false });
    current = host.t.module.get(CurrentPrincipal, { strict: false });
    const echo = ({ messages }: { readonly messages: readonly { readonly content: unknown }[] }) =>
      String(messages.at(-1)?.content);
    for (const template of ['triage', 'split', 'agent']) host.t.models.on(template).reply(echo);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    failures = 0;
    host.t.models.calls.length = 0;
  });
  const run = (ticket = 'x') => host.t.run(TriageWorkflow, ticket, { principal: { id: 'ann', roles: [] } });
  const pin = (version: string | undefined, by = lead) =>
    current.run(by, () => templates.pin('triage', version, { reason: 'third misses refunds' }));

  it('are on record with name, version and hash, also those of agents', async () => {
    const { runId } = await run();
    const [record] = await recordsOf(host.t, runId, 'call.completed');
    const { hash } = templates.get('triage', '3');
    expect(record?.payload).toMatchObject({
      arguments: { template: 'triage', templateVersion: '3', templateHash: hash },
    });
    const agent = await host.t.run(HelpAgent, 'x', { principal: { id: 'ann', roles: [] } });
    const turns = await recordsOf(host.t, agent.runId, 'call.completed');
    expect(turns[0]?.payload).toMatchObject({
      arguments: { template: 'agent', templateVersion: '2', templateHash: templates.get('agent').hash },
    });
  });

  it('are pinned at run time, until the pin is taken away, by those who may, on record', async () => {
    expect(await run()).toMatchObject({ output: 'Third: x' });
    await pin('2');
    expect(await run()).toMatchObject({ output: 'Second: x' });
    expect(templates.render('triage', { ticket: 'x' }, '1')).toBe('First: x');
    await pin(undefined);
    expect(await run()).toMatchObject({ output: 'Third: x' });
    const changes = await current.run(lead, () => templates.pinChanges({ limit: 2 }));
    expect(changes).toEqual([
      { name: 'triage', version: null, reason: 'third misses refunds', by: 'lea', at: expect.any(Date) },
      { name: 'triage', version: '2', reason: 'third misses refunds', by: 'lea', at: expect.any(Date) },
    ]);
    await expect(pin('2', { id: 'ann', roles: [] })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(pin('2', { ...lead, tenant: 'acme' })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(pin('9')).rejects.toMatchObject({ code: 'INPUT_VALIDATION' });
    expect(await run()).toMatchObject({ output: 'Third: x' });
  });

  it('are split by runs: one run has one version, also in its next attempt', async () => {
    const seen = new Set<string>();
    for (let count = 0; count < 20; count += 1) {
      failures = count % 2;
      const done = await host.t.run(SplitWorkflow, 'x', { principal: { id: 'ann', roles: [] } });
      if (done.status !== 'completed') throw new Error(JSON.stringify(done));
      const [first, second] = done.output as readonly string[];
      expect(second).toBe(first);
      seen.add(String(first));
    }
    // All of twenty fair runs have the same version once in half a million times.
    expect([...seen].toSorted()).toEqual(['A: x', 'B: x']);
  });

  it.each<[string, readonly (new (...args: never[]) => object)[], string]>([
    [
      'a workflow names a template that is not there',
      [lost()],
      "There is no template 'triag'. Did you mean 'triage'?",
    ],
    ['a workflow names a version that is not there', [old()], "The template 'triage' has no version '9'"],
    [
      'a workflow leaves a variable out',
      [toneless()],
      "needs the variable 'tone', and generate() does not give it",
    ],
    ['an agent names a template that is not there', [lostAgent()], "There is no template 'agnt'"],
    [
      'the instructions of an agent have messages',
      [fewAgent()],
      'has messages, and instructions are one text',
    ],
  ])('end the boot where %s', async (_, providers, problem) => {
    await expect(openHost('memory', providers, options)).rejects.toMatchObject({
      code: 'INVALID_WORKFLOW_DEFINITION',
      message: expect.stringContaining(problem),
    });
  });
});

describeOnServer('pins of prompts over processes', () => {
  let database: TestDatabase;
  const hosts: Host[] = [];
  beforeAll(async () => {
    database = await openTestDatabase();
    for (let count = 0; count < 2; count += 1)
      hosts.push(await openHost('database', [TriageWorkflow], options, { database }));
  });
  afterAll(async () => {
    for (const host of hosts) await host.close();
    await database.close();
  });

  it('reach the other process when it looks again, and one that is started later', async () => {
    const [here, there] = hosts.map((host) => host.t.module.get(TemplateRegistry, { strict: false }));
    const [first] = hosts;
    const current = first?.t.module.get(CurrentPrincipal, { strict: false });
    await current?.run(lead, async () => here?.pin('triage', '1'));
    expect(here?.get('triage').version).toBe('1');
    expect(there?.get('triage').version).toBe('3');
    await there?.refresh();
    expect(there?.get('triage').version).toBe('1');
    const later = await openHost('database', [TriageWorkflow], options, { database });
    hosts.push(later);
    expect(later.t.module.get(TemplateRegistry, { strict: false }).get('triage').version).toBe('1');
  });
});

function lost() {
  @Workflow({ name: 'lost' })
  class LostWorkflow {
    constructor(private readonly models: ModelService) {}

    @Step()
    async ask(@Input() ticket: string) {
      return (await this.models.generate({ template: 'triag', variables: { ticket } })).text;
    }
  }
  return LostWorkflow;
}

function old() {
  @Workflow({ name: 'old' })
  class OldWorkflow {
    constructor(private readonly models: ModelService) {}

    @Step()
    async ask(@Input() ticket: string) {
      return (await this.models.generate({ template: 'triage', templateVersion: '9', variables: { ticket } }))
        .text;
    }
  }
  return OldWorkflow;
}

function toneless() {
  @Workflow({ name: 'toneless' })
  class TonelessWorkflow {
    constructor(private readonly models: ModelService) {}

    @Step()
    async ask(@Input() ticket: string) {
      return (await this.models.generate({ template: 'toned', variables: { ticket } })).text;
    }
  }
  return TonelessWorkflow;
}

function lostAgent() {
  @Agent({ instructions: { template: 'agnt' } })
  class LostAgent {}
  return LostAgent;
}

function fewAgent() {
  @Agent({ instructions: { template: 'few' } })
  class FewAgent {}
  return FewAgent;
}
