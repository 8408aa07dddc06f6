import { afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkflowRegistry } from 'nestjs-nestor';
import { CaseService } from '../../sample-app/cases/index.js';
import { knowledgeBaseToken } from 'nestjs-nestor/retrieval';
import { OutboxMailer } from '../../sample-app/mail/index.js';
import { SupportTicketWorkflow } from '../../sample-app/support/index.js';
import { type Host, openHost } from '../e2e/host.js';
import { root } from './pages.js';

let host: Host | undefined;
afterEach(() => host?.close());

describe('the picture in the README', () => {
  it('is what the registry draws of the sample workflow', async () => {
    const unused = [CaseService, knowledgeBaseToken('articles'), OutboxMailer].map((provide) => ({
      provide,
      useValue: {},
    }));
    const templates = { directory: join(root, 'sample-app/prompts') };
    host = await openHost('memory', [SupportTicketWorkflow, ...unused], { templates });
    const drawn = host.t.module.get(WorkflowRegistry).toMermaid('support-ticket');
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const wanted = readme.replace(/```mermaid\n[\s\S]*?```/, () => `\`\`\`mermaid\n${drawn}\`\`\``);
    if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(join(root, 'README.md'), wanted);
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toBe(wanted);
  });
});
