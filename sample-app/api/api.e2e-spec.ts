import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import type { Server } from 'node:http';
import { AuditService, CurrentPrincipal, Orchestrator, type RunHandle } from 'nestjs-nestor';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { OutboxMessage } from '../mail/index.js';
import { Order } from '../refunds/index.js';
import { sampleTickets, type TicketDto } from '../tickets/index.js';
import { openSampleApi, type SampleApi } from './sample-api.fixture.js';

let app: INestApplication<Server>;
let api: SampleApi;

beforeAll(async () => {
  api = await openSampleApi();
  app = api.app;
});
afterAll(() => api.close());

const as = (token: string) => ({
  get: (path: string) => request(app.getHttpServer()).get(path).auth(token, { type: 'bearer' }),
  post: (path: string, body: object = {}) =>
    request(app.getHttpServer()).post(path).auth(token, { type: 'bearer' }).send(body),
});
const portal = as('portal-token');
const lead = as('lead-token');

function ticket(id: string): TicketDto {
  const sample = sampleTickets().find((each) => each.id === id);
  if (!sample) throw new Error(`no sample ticket ${id}`);
  return sample;
}

/** At a run, whoever it belongs to. */
function looking<T>(runId: string, look: (run: RunHandle) => T): T {
  const test = { name: 'test', reason: 'waits for runs' };
  return app.get(CurrentPrincipal).asSystem(test, () => look(app.get(Orchestrator).handle(runId)));
}

const asTest = <T>(work: () => Promise<T>) =>
  app.get(CurrentPrincipal).asSystem({ name: 'test', reason: 'looks at records' }, work);

async function posted(sent: TicketDto): Promise<string> {
  const { body } = await portal.post('/tickets', sent).expect(202);
  await looking(body.runId, (run) => run.idle());
  return body.runId;
}

async function reviewOf(runId: string): Promise<{ id: string; proposed: object; proposedHash: string }> {
  const { body } = await lead.get('/reviews').expect(200);
  return body.find((review: { runId: string }) => review.runId === runId);
}

describe('the support API', () => {
  it('refuses a value of thousands of levels in words instead of failing', async () => {
    const runId = await posted(ticket('T-1019'));
    const { id } = await reviewOf(runId);
    const deep = `{"value":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    for (const decision of ['edit', 'answer'])
      await request(app.getHttpServer())
        .post(`/reviews/${id}/${decision}`)
        .auth('lead-token', { type: 'bearer' })
        .type('json')
        .send(deep)
        .expect(400);
    await lead.get(`/reviews/${id}`).expect(200);
  });

  it('answers a simple ticket by itself, and shows the way it took', async () => {
    const sent = ticket('T-1022');
    const runId = await posted(sent);
    const { body } = await portal.get(`/tickets/${sent.id}`).expect(200);
    expect(body.run).toMatchObject({ id: runId, status: 'completed', startedBy: 'portal' });
    expect(
      body.run.steps.map(({ step, status }: { step: string; status: string }) => `${step} ${status}`),
    ).toEqual([
      'classify completed',
      'escalate skipped',
      'search completed',
      'draft completed',
      'send completed',
      'summarise completed',
    ]);
    const { body: audit } = await portal.get(`/runs/${runId}/timeline`).expect(200);
    expect(audit.verification).toMatchObject({ ok: true });
  });

  it('answers from help pages that it cites, and knows the customer the next time', async () => {
    const body = 'How do I cancel my plan for the winter, and what happens to my data?';
    const first = { ...ticket('T-1022'), id: 'C-1', email: 'Cora@garden.example', subject: 'Winter', body };
    const sent = async (runId: string) => {
      const { items } = await asTest(() =>
        app.get(AuditService).find({ runId, type: 'call.completed', limit: 100 }),
      );
      const drafted = items.find(
        ({ step, payload }) => step === 'draft' && (payload as { kind?: string }).kind === 'model',
      );
      const { arguments: asked, result } = (drafted?.payload ?? {}) as {
        arguments: { marks: number; templateVersion: string; messages: { content: string }[] };
        result: { text: string };
      };
      return { asked, prompt: JSON.stringify(asked.messages), text: result.text };
    };
    const before = await sent(await posted(first));
    expect(before.asked).toMatchObject({ template: 'draft', templateVersion: '2' });
    expect(before.asked.marks).toBeGreaterThan(0);
    expect(before.prompt).toContain('source=\\"cancel-or-change-a-plan\\"');
    expect(before.text).toMatch(/ \[\d\]/);
    const { body: mail } = await app
      .get(DataSource)
      .getRepository(OutboxMessage)
      .findOneByOrFail({ subject: 'Re: Winter' });
    expect(mail).not.toMatch(/\[\d\]/);
    const again = { ...first, id: 'C-2', email: 'cora@garden.example', subject: 'Spring' };
    expect(before.prompt).not.toContain('name=\\"customer\\"');
    expect((await sent(await posted(again))).prompt).toContain('name=\\"customer\\"');
    const other = { ...again, id: 'C-3', email: 'other@garden.example' };
    expect((await sent(await posted(other))).prompt).not.toContain('name=\\"customer\\"');
  });

  it('lets the agent solve a ticket about money, and a lead approve what is more than a little', async () => {
    const small = await portal.post('/tickets?way=agent', ticket('T-1006')).expect(202);
    await looking(small.body.runId, (run) => run.idle());
    const { body: paid } = await portal.get('/tickets/T-1006').expect(200);
    expect(paid.run).toMatchObject({ workflow: 'refund-ticket', status: 'completed', usage: { calls: 5 } });
    const large = await portal.post('/tickets?way=agent', ticket('T-1019')).expect(202);
    await looking(large.body.runId, (run) => run.idle());
    const review = await reviewOf(large.body.runId);
    expect(review.proposed).toMatchObject({ number: 'MB-75933', amountEur: 129 });
    await lead.post(`/reviews/${review.id}/approve`, { proposedHash: review.proposedHash }).expect(200);
    expect(await looking(large.body.runId, (run) => run.result())).toMatchObject({
      output: { decision: 'refunded', amountEur: 129 },
    });
    const orders = await app
      .get(DataSource)
      .getRepository(Order)
      .find({ order: { number: 'ASC' } });
    expect(orders.map(({ number, refundedCents }) => [number, refundedCents])).toMatchObject([
      ['MB-75933', 12_900],
      ['MB-76804', 8_900],
      ['MB-77120', 0],
      ['MB-77288', 0],
      ['MB-77301', 0],
      ['MB-77410', 0],
      ['MB-77455', 0],
    ]);
    await portal.post('/tickets?way=fast', ticket('T-1005')).expect(400);
  });

  it('takes the same ticket twice as one, and refuses another one with its id', async () => {
    const sent = ticket('T-1018');
    const runId = await posted(sent);
    await portal
      .post('/tickets', sent)
      .expect(202)
      .expect(({ body }) => expect(body.runId).toBe(runId));
    await portal.post('/tickets', { ...sent, body: 'something else' }).expect(409);
    expect(
      await app
        .get(DataSource)
        .getRepository(OutboxMessage)
        .countBy({ subject: `Re: ${sent.subject}` }),
    ).toBe(1);
  });

  it('says what is wrong with a ticket', async () => {
    const { body } = await portal
      .post('/tickets', { ...ticket('T-1018'), email: 'nobody', extra: 1 })
      .expect(400);
    expect(body.message).toEqual(['property extra should not exist', 'email must be an email']);
  });

  it('refuses what it cannot keep before it starts a run', async () => {
    const count = () =>
      app.get(CurrentPrincipal).asSystem({ name: 'test', reason: 'counts runs' }, async () => {
        return (await app.get(Orchestrator).find({ limit: 500 })).items.length;
      });
    const before = await count();
    const wrong: readonly object[] = [
      [],
      {},
      ...['x\0', 'a b', null, 5].map((id) => ({ id })),
      ...['name', 'subject', 'body', 'email'].flatMap((name) =>
        ['x\0y', '\ud800', null, { toString: 'x' }, ['a@b.de']].map((value) => ({ [name]: value })),
      ),
      ...[
        '275760-09-13',
        '0000-01-01T00:00:00Z',
        '2026-W01',
        '2026-366',
        '20260101T000000Z',
        '+020260-01-01T00:00:00Z',
        '-000001-01-01T00:00:00Z',
        '2026-02-31T00:00:00Z',
        '2026-01-01T24:00:00Z',
        '2026-01-01T00:00:00,5Z',
        '2026-01-01T00:00:00+99:99',
        '2026',
      ].map((receivedAt) => ({ receivedAt })),
    ];
    for (const [index, part] of wrong.entries()) {
      const body = index < 2 ? part : { ...ticket('T-1018'), id: 'never-kept', ...part };
      const { status } = await portal.post('/tickets', body);
      expect([part, status]).toEqual([part, 400]);
    }
    expect(await count()).toBe(before);
  });

  it.each(['%00', 'a%00b', "'%20OR%201=1--", '%F0%9F%98%80', '__proto__', 'NaN', '-1'])(
    'knows nothing of the id %s, and says so',
    async (id) => {
      for (const path of [
        `/tickets/${id}`,
        `/runs/${id}`,
        `/runs/${id}/timeline`,
        `/runs/${id}/events`,
        `/reviews/${id}`,
      ]) {
        const { status } = await lead.get(path);
        expect([400, 404]).toContain(status);
      }
      for (const act of ['claim', 'approve', 'reject']) {
        const { status } = await lead.post(`/reviews/${id}/${act}`);
        expect(status).toBe(400);
      }
    },
  );

  it('lets nobody in without a token', async () => {
    await request(app.getHttpServer()).get('/reviews').expect(401);
    await as('guessed').post('/tickets', ticket('T-1018')).expect(401);
  });

  it('waits for the lead where it is delicate, and sends what the lead has written', async () => {
    const runId = await posted(ticket('T-1012'));
    const review = await reviewOf(runId);
    const value = { ...review.proposed, body: 'Received.' };
    await portal.post(`/reviews/${review.id}/approve`).expect(403);
    await lead
      .post(`/reviews/${review.id}/edit`, { value, reason: 'receipt only', by: { id: 'x', roles: [] } })
      .expect(400);
    await lead.post(`/reviews/${review.id}/edit`, { value, reason: 'receipt only' }).expect(200);
    await lead.post(`/reviews/${review.id}/approve`).expect(409);
    await expect(looking(runId, (run) => run.result())).resolves.toMatchObject({
      status: 'completed',
    });
    expect(await app.get(DataSource).getRepository(OutboxMessage).countBy({ body: 'Received.' })).toBe(1);
  });

  it('writes the draft again with the comment of a lead who rejects it', async () => {
    const runId = await posted(ticket('T-1019'));
    const review = await reviewOf(runId);
    expect(JSON.stringify(review.proposed)).not.toMatch(/sorry/);
    await lead.post(`/reviews/${review.id}/reject`, { reason: 'begin with an apology' }).expect(200);
    await looking(runId, (run) => run.idle());
    expect(JSON.stringify((await reviewOf(runId)).proposed)).toMatch(/sorry/);
  });

  it('never shows a bank or card number to a model', async () => {
    const runId = await posted(ticket('T-1009'));
    const records: { payload: object }[] = await app
      .get(DataSource)
      .query(`SELECT payload FROM orchestration_audit_record WHERE run_id = $1 AND type LIKE 'call.%'`, [
        runId,
      ]);
    const seen = JSON.stringify(records);
    expect(seen).toContain('card declined');
    expect(seen).not.toMatch(/4111 1111|0583 9825/);
  });

  it('streams what happens in a run, to the end', async () => {
    const runId = await posted(ticket('T-1013'));
    const { text } = await portal.get(`/runs/${runId}/events`).expect(200).buffer(true);
    expect(text).toMatch(/event: run\.created[\s\S]*event: step\.completed[\s\S]*event: run\.completed/);
    await portal.get('/runs/00000000-0000-7000-8000-000000000000/events').expect(404);
  });

  it('describes itself as OpenAPI', async () => {
    const { body } = await request(app.getHttpServer()).get('/docs-json').expect(200);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/tickets', '/tickets/{id}', '/runs/{id}/timeline', '/reviews/{id}/approve']),
    );
  });
});
