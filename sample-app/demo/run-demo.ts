import type { INestApplicationContext } from '@nestjs/common';
import {
  AuditRecord,
  AuditService,
  CurrentPrincipal,
  Orchestrator,
  type Principal,
  ReviewService,
  Run,
} from 'nestjs-nestor';
import { DataSource } from 'typeorm';
import { modelsFrom } from '../models.js';
import { sampleTickets } from '../tickets/index.js';
import { RefundTicketWorkflow } from '../refunds/index.js';
import { SupportTicketWorkflow } from '../support/index.js';
import type { TicketDto } from '../tickets/index.js';
import { tell, tellEvent } from './progress.js';
import { draftsOf, printPromptOutcomes } from './prompt-outcomes.js';
import { reportOf } from './run-report.js';
import { SimulatedLead } from './simulated-lead.js';
import { printSummary, type TicketReport } from './summary.js';
import { tellTurn } from './tell-turn.js';
import { print, styled } from './terminal.js';
import { type StartedTicket, workThrough } from './work-through.js';

/** Works through all sample tickets and tells about it. True if every run ended well and every chain of records is whole. */
export async function runDemo(app: INestApplicationContext): Promise<boolean> {
  const tickets = sampleTickets();
  const started: StartedTicket[] = [];
  const lead = new SimulatedLead(
    app.get(ReviewService),
    app.get(CurrentPrincipal),
    (runId) => started.find((each) => each.runId === runId)?.ticket,
    (ticket, what) => tell(ticket.id, 'lead.lena (simulated)', what),
    (error) => tell('------', 'lead.lena (simulated)', styled(String(error), 'red')),
  );
  printOpening(tickets.length);
  const begin = performance.now();
  lead.start();
  const series = `demo-${Date.now()}`;
  const current = app.get(CurrentPrincipal);
  const portal: Principal = { id: 'portal', roles: ['support-portal'], tenant: 'mossbell' };
  const work = {
    started: (each: StartedTicket) => void started.push(each),
  };
  await current.run(portal, () =>
    workThrough(app.get(Orchestrator), tickets, {
      ...work,
      workflow: SupportTicketWorkflow,
      atOnce: 4,
      series,
      tell: tellEvent,
    }),
  );
  const seconds = (performance.now() - begin) / 1000;
  const byWorkflow = [...started];
  const reports = await reportsOf(app.get(DataSource), byWorkflow);
  print();
  printAgentOpening();
  // One after the other, so that each can be followed.
  await current.run(portal, () =>
    workThrough(app.get(Orchestrator), ticketsOf(tickets, refundTickets), {
      ...work,
      workflow: RefundTicketWorkflow,
      atOnce: 1,
      series: `${series}-refunds`,
      tell: tellTurn,
    }),
  );
  await lead.stop();
  const byAgent = await reportsOf(app.get(DataSource), started.slice(byWorkflow.length));
  print();
  printSummary(reports);
  print();
  printPromptOutcomes(reports.flatMap(({ drafts }) => drafts));
  print();
  const auditor = { name: 'demo', reason: 'looks whether all records are there' };
  const broken = await current.asSystem(auditor, () => brokenChains(app.get(AuditService), started));
  const completed = reports.filter(isCompleted).length;
  print(`${completed} of ${reports.length} tickets completed in ${seconds.toFixed(1)} s.`);
  print(`${byAgent.filter(isCompleted).length} of ${byAgent.length} tickets solved by the agent.`);
  print(
    broken.length === 0
      ? styled(`Audit: the record chains of all ${started.length} runs are whole.`, 'green')
      : styled(`Audit: BROKEN chains: ${broken.join('; ')}`, 'red'),
  );
  printWhereNext();
  return completed === tickets.length && byAgent.every(isCompleted) && broken.length === 0;
}

async function reportsOf(dataSource: DataSource, started: readonly StartedTicket[]): Promise<TicketReport[]> {
  const reports = started.map(async ({ ticket, runId }) => {
    const run = await dataSource.getRepository(Run).findOneByOrFail({ id: runId });
    const records = await dataSource
      .getRepository(AuditRecord)
      .find({ where: { runId }, order: { seq: 'ASC' } });
    const read = records.find(({ type, step }) => type === 'step.completed' && step === 'classify');
    const { output } = (read?.payload ?? {}) as { readonly output?: { readonly topic?: string } };
    return {
      ticket: ticket.id,
      topic: output?.topic ?? '-',
      drafts: draftsOf(records),
      ...reportOf(run, records),
    };
  });
  return (await Promise.all(reports)).toSorted((a, b) => a.ticket.localeCompare(b.ticket));
}

async function brokenChains(audit: AuditService, started: readonly StartedTicket[]): Promise<string[]> {
  const broken: string[] = [];
  for (const { ticket, runId } of started) {
    const { ok, problems } = await audit.verify(runId);
    if (!ok) broken.push(...problems.map(({ message }) => `${ticket.id}: ${message}`));
  }
  return broken;
}

function isCompleted({ status }: TicketReport): boolean {
  return status === 'completed';
}

/** About money that comes back at once, after an approval, and not at all. */
const refundTickets = ['T-1006', 'T-1019', 'T-1005', 'T-1017'];

function ticketsOf(tickets: readonly TicketDto[], ids: readonly string[]): readonly TicketDto[] {
  return ids.flatMap((id) => tickets.filter((ticket) => ticket.id === id));
}

function printAgentOpening(): void {
  print(styled('The second way: an agent solves tickets about money, turn by turn', 'bold'));
  print(
    'A model chooses which tool is next; code says which there are, checks each call, and stops it at its limits;',
  );
  print('a person approves refunds above 100 EUR. The offline model follows rules here as well.');
  print();
}

function printOpening(count: number): void {
  print(styled(`Nestor: customer support, ${count} tickets`, 'bold'));
  print(`Models:   ${modelsFrom(process.env).description}`);
  print(
    `Database: ${process.env['DATABASE_URL'] ? 'DATABASE_URL' : 'Postgres in this process, in a temporary folder'}`,
  );
  print('Reviews:  decided by a simulated support lead, through ReviewService and with its own principal');
  print();
}

function printWhereNext(): void {
  print();
  print('Where to look next:');
  print('  sample-app/support/support-ticket.workflow.ts   the workflow you have just seen');
  print('  sample-app/refunds/refund.agent.ts              the agent that took the second way');
  print('  docs/                                           one page a topic');
  print(
    '  npm start                                       the same as an HTTP API: http://localhost:3000/docs',
  );
}
