import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { IsInt } from 'class-validator';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { modelService } from '../model-service.fixture.js';
import { TemplateRegistry } from './template-registry.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'templates-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function registry(files: Record<string, string>): TemplateRegistry {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return new TemplateRegistry({ directory });
}

describe('TemplateRegistry', () => {
  it('fills in variables by their path', () => {
    const templates = registry({
      'triage.md': 'Ticket {{ticket.id}} of {{ ticket.customer.name }}, {{tags.0}}\n',
    });
    const ticket = { id: 7, customer: { name: 'Ada' } };
    expect(templates.render('triage', { ticket, tags: ['new'] })).toBe('Ticket 7 of Ada, new');
  });

  it('writes objects and lists as JSON, dates as ISO, null as nothing', () => {
    const templates = registry({ 'a.txt': '{{object}}|{{date}}|{{nothing}}|{{no}}' });
    const variables = { object: { a: [1] }, date: new Date(0), nothing: null, no: false };
    expect(templates.render('a', variables)).toBe(
      '{\n  "a": [\n    1\n  ]\n}|1970-01-01T00:00:00.000Z||false',
    );
  });

  it('never expands what is in a value', () => {
    const templates = registry({ 'a.md': '{{body}} {{secret}}' });
    expect(templates.render('a', { body: '{{secret}} $& $1', secret: 'x' })).toBe('{{secret}} $& $1 x');
  });

  it('names every missing variable, and reads nothing that each object has', () => {
    const templates = registry({ 'a.md': '{{ticket.title}} {{user}} {{ticket.__proto__}}' });
    expect(() => templates.render('a', { ticket: { id: 1 } })).toThrow(
      /'ticket\.title', 'user', 'ticket\.__proto__'; the variables that were given: ticket/,
    );
  });

  it('takes the newest version unless another one is asked for', () => {
    const templates = registry({ 'a.md': 'one', 'a.v2.md': 'two', 'a@10.md': 'ten', 'sub/b.txt': 'b' });
    expect(templates.render('a')).toBe('ten');
    expect(templates.render('a', {}, '2')).toBe('two');
    expect(templates.render('a', {}, '1')).toBe('one');
    expect(templates.render('sub/b')).toBe('b');
    expect(templates.get('a').version).toBe('10');
    expect(() => templates.get('a', '3')).toThrow(/no version '3'; it has '1', '2', '10'/);
  });

  it('suggests the nearest name, and says so where no folder is configured', () => {
    const templates = registry({ 'triage.md': 'x' });
    expect(() => templates.get('triag')).toThrow(/no template 'triag'. Did you mean 'triage'/);
    expect(() => new TemplateRegistry().get('triage')).toThrow(/templates\.directory/);
  });

  it('reads model and system from the front matter and fills them in for a request', async () => {
    registry({
      'triage.md':
        '---\n# for the desk\nmodel: beta/large\nsystem: |\n  Be kind.\n  You are {{who}}.\n---\nTicket: {{ticket}}',
    });
    const { models, beta } = modelService({ templates: { directory } });
    beta.on('triage').reply('ok');
    await models.generate({ template: 'triage', variables: { ticket: 'help', who: 'Bob' } });
    expect(beta.calls[0]).toMatchObject({
      model: 'large',
      template: 'triage',
      messages: [
        { role: 'system', content: 'Be kind.\nYou are Bob.' },
        { role: 'user', content: 'Ticket: help' },
      ],
    });
  });

  it('lets the request say otherwise than the front matter', async () => {
    registry({ 'a.md': '---\r\nmodel: beta/large\r\nsystem: "Be kind."\r\n---\r\nhello' });
    const { models, alpha } = modelService({ templates: { directory } });
    alpha.on('hello').reply('ok');
    await models.generate({ template: 'a', model: 'alpha/small', system: 'Be short.' });
    expect(alpha.calls[0]?.messages[0]).toEqual({ role: 'system', content: 'Be short.' });
  });

  it('lists all problems of all files at boot', () => {
    const templates = registry({
      'a.md': '{{#if x}} and \\{{ is fine }}',
      'b.md': '---\ntemperature: 1\n---\nb',
      'c.md': 'c',
      'c.v1.md': 'c',
    });
    expect(() => templates.onModuleInit()).toThrow(
      /'\{\{#if x\}\}' is not a placeholder[\s\S]*'temperature' in the front matter[\s\S]*both version 1 of 'c'/,
    );
  });

  it('writes the braces themselves where they are escaped', () => {
    expect(registry({ 'a.md': 'say \\{{name}} to {{name}}' }).render('a', { name: 'Ada' })).toBe(
      'say {{name}} to Ada',
    );
  });

  it('says which folder can not be read', () => {
    expect(() => new TemplateRegistry({ directory: join(directory, 'nowhere') }).onModuleInit()).toThrow(
      /nowhere' can't be read/,
    );
  });
});

describe('versions of a template', () => {
  const files = { 'a.md': 'one', 'a.v2.md': 'two', 'a.v3.md': 'three' };
  const withOptions = (options: object) => {
    registry(files);
    return new TemplateRegistry({ directory, ...options });
  };

  it('are pinned by the options, unless a request says otherwise', () => {
    const templates = withOptions({ pin: { a: '2' } });
    expect(templates.render('a')).toBe('two');
    expect(templates.render('a', {}, '3')).toBe('three');
  });

  it('are checked at boot where the options name them', () => {
    const templates = withOptions({
      pin: { a: '9', b: '1' },
      split: { a: { '1': 0, '7': 1 }, c: {} },
    });
    expect(() => templates.onModuleInit()).toThrow(
      /pin\.a: it has no version '9', but 1, 2, 3[\s\S]*pin\.b: there is no such template[\s\S]*weight of version '1' has to be[\s\S]*split\.a: it has no version '7'[\s\S]*split\.a: it is pinned as well[\s\S]*split\.c is empty/,
    );
  });
});

describe('what a template is made of', () => {
  it('may be partials, also in partials, with the variables of the template', () => {
    const templates = registry({
      'triage.md': '---\nsystem: "{{> parts/tone}}"\n---\n{{> parts/data}} \\{{> not this}}',
      'parts/tone.md': 'Be kind to {{name}}.',
      'parts/data.md': '<data>{{> parts/body@2}}</data>',
      'parts/body.md': 'old',
      'parts/body.v2.md': '{{body}}',
      'parts/body.v3.md': 'newest',
    });
    expect(templates.resolve('triage', { name: 'Ada', body: 'x {{> parts/tone}}' })).toMatchObject({
      system: 'Be kind to Ada.',
      text: '<data>x {{> parts/tone}}</data> {{> not this}}',
    });
  });

  it('is a problem where a partial is not there, or leads back to itself', () => {
    const templates = registry({ 'a.md': '{{> b}} {{> nothing}}', 'b.md': '{{> a}}' });
    expect(() => templates.onModuleInit()).toThrow(
      /a\.md: '\{\{> a\}\}' leads back to itself: a → a@1 → b → a[\s\S]*'\{\{> nothing\}\}' is not there/,
    );
  });

  it('may be examples of what is asked and answered, in front of its text', async () => {
    registry({
      'a.md':
        '---\nmessages:\n  - role: user\n    content: "Box of {{who}} broken"\n  - { role: assistant, content: device }\n---\n{{ticket}}',
    });
    const { models, alpha } = modelService({ templates: { directory } });
    alpha.on('a').reply('ok');
    await models.generate({ template: 'a', model: 'alpha/small', variables: { who: 'Bob', ticket: 'Help' } });
    expect(alpha.calls[0]?.messages).toEqual([
      { role: 'user', content: 'Box of Bob broken' },
      { role: 'assistant', content: 'device' },
      { role: 'user', content: 'Help' },
    ]);
  });

  it('has a hash, which changes with its text, its partials and its settings, and goes on record with its version', async () => {
    const hashOfFiles = (files: Record<string, string>) => registry(files).get('a').hash;
    const partial = hashOfFiles({ 'a.md': '{{> b}}', 'b.md': 'b' });
    expect(partial).toMatch(/^[0-9a-f]{64}$/);
    const others = [{ 'b.md': 'c' }, { 'a.md': 'x' }, { 'a.md': '---\nmodel: beta/large\n---\nx' }].map(
      hashOfFiles,
    );
    expect(new Set([partial, ...others]).size).toBe(4);
    expect(hashOfFiles({ 'a.md': '{{> b}}', 'b.md': 'b' })).toBe(partial);
    const { models, alpha } = modelService({ templates: { directory } });
    alpha.on('a').reply('ok');
    await models.generate({ template: 'a', model: 'alpha/small' });
    expect(alpha.calls[0]).toMatchObject({ template: 'a', templateVersion: '1', templateHash: partial });
  });
});

describe('declared variables', () => {
  const head =
    '---\nvariables:\n  type: object\n  required: [ticket]\n  properties:\n    ticket: { type: object, required: [id], properties: { id: { type: integer } } }\n    tone: { enum: [kind, short] }\n---\n';

  it('are all that may stand in the template', () => {
    const templates = registry({ 'a.md': `${head}{{ticket.id}} {{tone}} {{mood}} {{mood}}` });
    expect(() => templates.onModuleInit()).toThrow(
      /a\.md: '\{\{mood\}\}' is none of its variables: ticket, tone/,
    );
  });

  it('are checked when they are given', () => {
    const templates = registry({ 'a.md': `${head}{{ticket.id}}` });
    expect(templates.render('a', { ticket: { id: 7 } })).toBe('7');
    expect(() => templates.render('a', { ticket: { id: '7' }, tone: 'loud' })).toThrow(
      /variables of the template 'a' \(.*a\.md\) do not fit: \$\.ticket\.id .*; \$\.tone /,
    );
  });

  it('may be those of a class', () => {
    class TriageVariables {
      @IsInt()
      id!: number;
    }
    registry({ 'a.md': '{{id}}', 'b.md': '{{name}}' });
    const options = { directory, variables: { a: TriageVariables } };
    expect(new TemplateRegistry(options).render('a', { id: 7 })).toBe('7');
    expect(() => new TemplateRegistry(options).render('a', { id: 'x' })).toThrow(/\$\.id/);
    const wrong = new TemplateRegistry({ directory, variables: { b: TriageVariables, c: TriageVariables } });
    expect(() => wrong.onModuleInit()).toThrow(
      /b\.md: '\{\{name\}\}' is none of its variables: id[\s\S]*'c', and there is no such template/,
    );
  });

  it.each([
    ['variables: [ticket]', /'variables' in the front matter has to be the JSON Schema of an object/],
    ['messages: hello', /'messages' in the front matter has to be a list/],
    ['messages: [{ role: system, content: x }]', /'messages'/],
    ['model: 5', /'model' in the front matter has to be a text/],
    ['model: [', /the front matter is not YAML/],
    ['- a', /the front matter has to be names and values/],
  ])('are refused at boot where the front matter says %j', (line, problem) => {
    expect(() => registry({ 'a.md': `---\n${line}\n---\ntext` }).onModuleInit()).toThrow(problem);
  });
});
