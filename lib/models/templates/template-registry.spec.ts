import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
      /'\{\{#if x\}\}' is not a placeholder[\s\S]*'temperature: 1' in the front matter[\s\S]*both version 1 of 'c'/,
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
