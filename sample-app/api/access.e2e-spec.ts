import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { CurrentPrincipal, Orchestrator } from 'nestjs-nestor';
import type { Server } from 'node:http';
import type { Readable } from 'node:stream';
import request from 'supertest';
import { shops } from '../identity/index.js';
import { sampleTickets } from '../tickets/index.js';
import { openSampleApi, type SampleApi } from './sample-api.fixture.js';

type Shop = (typeof shops)[number];
type Part = 'portal' | 'customer' | 'agent' | 'lead' | 'admin';
const parts: readonly Part[] = ['portal', 'customer', 'agent', 'lead', 'admin'];

/** Who calls: somebody of a shop, the operator of the platform, or nobody who is known. */
type Caller = { readonly part: Part; readonly shop: Shop } | 'operator' | 'nobody';
const callers: readonly Caller[] = [
  ...shops.flatMap((shop) => parts.map((part) => ({ part, shop }))),
  'operator',
  'nobody',
];

/** A ticket of a shop, which waits for a lead. */
interface Target {
  readonly shop: Shop;
  readonly ticket: string;
  readonly runId: string;
  readonly reviewId: string;
  readonly proposedHash: string;
  readonly proposed: object;
}

interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** As the OpenAPI document has it. */
  readonly path: string;
  /** Who may, of the shop that the target is of. */
  readonly may: readonly Part[];
  /** @default false */
  readonly operator?: boolean;
  /** Of somebody of the other shop: the status. @default 404 */
  readonly other?: number;
  readonly id?: (target: Target) => string;
  readonly query?: (target: Target) => string;
  readonly body?: (target: Target) => object;
  /** Where the answer tells, and not the status: whether it shows the target. */
  readonly shows?: (body: unknown, target: Target) => boolean;
}

const readers: readonly Part[] = ['portal', 'agent', 'lead', 'admin'];
const everybody = parts;
const decision = ({ proposedHash }: Target) => ({ proposedHash });
const json = (value: unknown) => JSON.stringify(value);
let series = 0;

const routes: readonly Route[] = [
  {
    // Everybody of a shop posts tickets to the own one; which shop the target is of does not matter.
    method: 'post',
    path: '/tickets',
    may: everybody,
    other: 202,
    body: () => ({ ...delicate(), id: `A-${++series}` }),
  },
  { method: 'get', path: '/tickets/{id}', may: readers, operator: true, id: ({ ticket }) => ticket },
  { method: 'get', path: '/runs/{id}', may: readers, operator: true, id: ({ runId }) => runId },
  { method: 'get', path: '/runs/{id}/timeline', may: readers, operator: true, id: ({ runId }) => runId },
  { method: 'get', path: '/runs/{id}/events', may: readers, operator: true, id: ({ runId }) => runId },
  {
    method: 'get',
    path: '/reviews',
    may: readers,
    operator: true,
    shows: (body, { reviewId }) => json(body).includes(reviewId),
  },
  {
    // Figures of what the caller may read, perhaps of nothing: see below.
    method: 'get',
    path: '/reviews/metrics',
    may: everybody,
    operator: true,
    other: 200,
  },
  { method: 'get', path: '/reviews/{id}', may: readers, operator: true, id: ({ reviewId }) => reviewId },
  {
    method: 'post',
    path: '/reviews/decide',
    may: ['lead'],
    body: ({ reviewId: id, proposedHash }) => ({ choice: 'approve', reviews: [{ id, proposedHash }] }),
    shows: (body) => (body as { ok: boolean }[])[0]?.ok === true,
  },
  ...(['approve', 'reject', 'claim'] as const).map((act): Route => ({
    method: 'post',
    path: `/reviews/{id}/${act}`,
    may: ['lead'],
    id: ({ reviewId }) => reviewId,
    ...(act === 'claim' ? {} : { body: decision }),
  })),
  ...(['edit', 'answer'] as const).map((act): Route => ({
    method: 'post',
    path: `/reviews/{id}/${act}`,
    may: ['lead'],
    id: ({ reviewId }) => reviewId,
    body: ({ proposed, proposedHash }) => ({ value: proposed, proposedHash }),
  })),
  {
    method: 'post',
    path: '/reviews/{id}/delegate',
    may: ['lead'],
    id: ({ reviewId }) => reviewId,
    body: () => ({ to: 'somebody' }),
  },
  {
    method: 'get',
    path: '/limits/budget',
    may: ['admin'],
    operator: true,
    other: 403,
    query: ({ shop }) => `?shop=${shop}`,
  },
  {
    method: 'post',
    path: '/limits/budget',
    may: ['admin'],
    operator: true,
    other: 403,
    body: ({ shop }) => ({ shop, tokens: 10 }),
  },
  {
    method: 'get',
    path: '/limits/kill-switch',
    may: ['admin'],
    operator: true,
    other: 403,
  },
  {
    method: 'post',
    path: '/limits/kill-switch',
    may: ['admin'],
    operator: true,
    other: 403,
    body: ({ shop }) => ({ shop, kind: 'workflow', name: 'no-such', mode: 'stop', reason: 'a test' }),
  },
];

/** Of these the table has nothing to say: they are of the caller's own. */
const ownOnly: ReadonlySet<string> = new Set([
  'post /chat',
  'get /chat/{id}',
  'get /chat/{id}/stream',
  'delete /chat/{id}/stream',
  // Gives back what the same caller has claimed before.
  'post /reviews/{id}/release',
  'delete /limits/kill-switch',
]);

function delicate() {
  const found = sampleTickets().find(({ id }) => id === 'T-1012');
  if (!found) throw new Error('no sample ticket T-1012');
  return found;
}

describe('the API of the sample, for two shops', () => {
  let app: INestApplication<Server>;
  let api: SampleApi;
  beforeAll(async () => {
    api = await openSampleApi();
    app = api.app;
  });
  afterAll(() => api.close());

  const tokenOf = (caller: Caller) => {
    if (caller === 'nobody') return 'guessed';
    if (caller === 'operator') return 'operator-token';
    return `${caller.shop === 'mossbell' ? '' : `${caller.shop}-`}${caller.part}-token`;
  };

  function send(caller: Caller, method: Route['method'], path: string, body?: object) {
    const sent = request(app.getHttpServer())[method](path).auth(tokenOf(caller), { type: 'bearer' });
    // A stream of events has its head once it may be read.
    if (path.endsWith('/events'))
      return sent.buffer(false).parse((response, done) => {
        response.on('error', () => undefined);
        (response as unknown as Readable).destroy();
        done(null, undefined);
      });
    return body ? sent.send(body) : sent;
  }

  async function target(shop: Shop): Promise<Target> {
    const ticket = `A-${++series}`;
    const portal: Caller = { part: 'portal', shop };
    const { body } = await send(portal, 'post', '/tickets', { ...delicate(), id: ticket }).expect(202);
    const { runId } = body as { runId: string };
    const test = { name: 'test', reason: 'waits for runs' };
    await app.get(CurrentPrincipal).asSystem(test, () => app.get(Orchestrator).handle(runId).idle());
    const { body: all } = await send({ part: 'lead', shop }, 'get', '/reviews').expect(200);
    const review = (all as (Target & { id: string })[]).find((one) => one.runId === runId);
    if (!review) throw new Error(`no review of ${ticket}`);
    const { id: reviewId, proposedHash, proposed } = review;
    return { shop, ticket, runId, reviewId, proposedHash, proposed };
  }

  function expected(route: Route, caller: Caller, { shop }: Target): number | 'shown' | 'hidden' {
    const { may, operator = false, other = 404, shows } = route;
    // For the operator, whom no role lets decide in all shops, there is no such review.
    const refused = caller === 'operator' ? 404 : 403;
    const isShown = (is: boolean) => (is ? 'shown' : 'hidden');
    if (caller === 'nobody') return 401;
    const isOther = caller !== 'operator' && caller.shop !== shop;
    const isAllowed = caller === 'operator' ? operator : may.includes(caller.part);
    if (shows) return isShown(isAllowed && !isOther);
    // The switches that a caller may list are those of the own shop.
    if (route.path === '/limits/kill-switch' && route.method === 'get') return isAllowed ? 200 : refused;
    if (route.path === '/tickets') return caller === 'operator' ? 403 : 202;
    if (isOther) return other;
    return isAllowed ? (route.method === 'post' && route.path === '/limits/budget' ? 204 : 200) : refused;
  }

  async function outcome(route: Route, caller: Caller, on: Target): Promise<number | 'shown' | 'hidden'> {
    const { id, query, body } = route;
    const path = route.path.replace('{id}', id?.(on) ?? '') + (query?.(on) ?? '');
    const answer = await send(caller, route.method, path, body?.(on));
    if (answer.status !== 200 || !route.shows) return answer.status;
    return route.shows(answer.body, on) ? 'shown' : 'hidden';
  }

  it.each(
    routes.flatMap((route) =>
      shops.map((shop) => ({ route, shop, title: `${route.method} ${route.path} of ${shop}` })),
    ),
  )('$title', async ({ route, shop }) => {
    const untouched = await target(shop);
    const wrong: string[] = [];
    for (const caller of callers) {
      const wanted = expected(route, caller, untouched);
      const changes = route.method === 'post' && (wanted === 200 || wanted === 'shown');
      const met = changes ? await target(shop) : untouched;
      const found = await outcome(route, caller, met);
      if (found !== wanted) wrong.push(`${tokenOf(caller)}: ${found} instead of ${wanted}`);
    }
    expect(wrong).toEqual([]);
  });

  it('has a row for every route', async () => {
    const { body } = await request(app.getHttpServer()).get('/docs-json').expect(200);
    const { paths } = body as { paths: Record<string, object> };
    const served = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const known = [...routes.map(({ method, path }) => `${method} ${path}`), ...ownOnly];
    expect(served.toSorted()).toEqual(known.toSorted());
  });

  it('gives a claim back, and lifts a switch, only to those whose it is', async () => {
    const { reviewId, shop } = await target('mossbell');
    const lead: Caller = { part: 'lead', shop };
    await send(lead, 'post', `/reviews/${reviewId}/claim`).expect(200);
    await send({ part: 'agent', shop }, 'post', `/reviews/${reviewId}/release`).expect(403);
    await send({ part: 'lead', shop: 'harbour' }, 'post', `/reviews/${reviewId}/release`).expect(404);
    await send(lead, 'post', `/reviews/${reviewId}/release`).expect(200);
    const admin: Caller = { part: 'admin', shop };
    const change = { kind: 'tool', name: 'refund', reason: 'wrong amounts' };
    await send(admin, 'post', '/limits/kill-switch', { ...change, mode: 'halt' }).expect(200);
    await send({ part: 'admin', shop: 'harbour' }, 'delete', '/limits/kill-switch', {
      ...change,
      shop,
    }).expect(403);
    const { body } = await send(admin, 'get', '/limits/kill-switch').expect(200);
    expect(body).toContainEqual(
      expect.objectContaining({ target: { kind: 'tool', name: 'refund', tenant: shop } }),
    );
    await send(admin, 'delete', '/limits/kill-switch', change).expect(204);
  });

  it('gives figures of what the caller may read', async () => {
    const { shop } = await target('mossbell');
    const requested = async (caller: Caller) => {
      const { body } = await send(caller, 'get', '/reviews/metrics').expect(200);
      return (body as { requested: number }[]).reduce((sum, rule) => sum + rule.requested, 0);
    };
    const lead: Caller = { part: 'lead', shop };
    const harbour: Caller = { part: 'lead', shop: 'harbour' };
    const before = [await requested(lead), await requested(harbour), await requested('operator')];
    expect(before[2]).toBe((before[0] ?? 0) + (before[1] ?? 0));
    await target(shop);
    const after = [await requested(lead), await requested(harbour), await requested('operator')];
    expect(after).toEqual([(before[0] ?? 0) + 1, before[1], (before[2] ?? 0) + 1]);
  });

  it('keeps the budget of a shop: a raise is its own, and shows in the balance', async () => {
    const admin: Caller = { part: 'admin', shop: 'harbour' };
    const limit = async (caller: Caller) => {
      const { body } = await send(caller, 'get', '/limits/budget').expect(200);
      return (body as { units: { tokens: { limit: number } } }[])[0]?.units.tokens.limit ?? 0;
    };
    const [before, other] = [await limit(admin), await limit({ part: 'admin', shop: 'mossbell' })];
    await send(admin, 'post', '/limits/budget', { tokens: 5_000 }).expect(204);
    expect(await limit(admin)).toBe(before + 5_000);
    expect(await limit({ part: 'admin', shop: 'mossbell' })).toBe(other);
  });

  it('stops a shop at once, and the other one goes on', async () => {
    const admin: Caller = { part: 'admin', shop: 'harbour' };
    await send(admin, 'post', '/limits/kill-switch', { mode: 'halt', reason: 'wrong prices' }).expect(200);
    const ticket = () => ({ ...delicate(), id: `A-${++series}` });
    await send({ part: 'portal', shop: 'harbour' }, 'post', '/tickets', ticket()).expect(503);
    await send({ part: 'portal', shop: 'mossbell' }, 'post', '/tickets', ticket()).expect(202);
    await send(admin, 'delete', '/limits/kill-switch', { reason: 'put right' }).expect(204);
    await send({ part: 'portal', shop: 'harbour' }, 'post', '/tickets', ticket()).expect(202);
  });

  it('takes tickets with one id in both shops, each for its own', async () => {
    const id = `A-${++series}`;
    const posted = async (shop: Shop) => {
      const portal: Caller = { part: 'portal', shop };
      const { body } = await send(portal, 'post', '/tickets', { ...delicate(), id, name: shop }).expect(202);
      return body as { runId: string };
    };
    const [ours, theirs] = [await posted('mossbell'), await posted('harbour')];
    expect(ours.runId).not.toBe(theirs.runId);
    for (const shop of shops) {
      const { body } = await send({ part: 'agent', shop }, 'get', `/tickets/${id}`).expect(200);
      expect(body).toMatchObject({ id, name: shop });
    }
  });
});
