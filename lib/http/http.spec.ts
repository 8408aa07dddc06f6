import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Module,
  type NestInterceptor,
  Sse,
} from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { concatMap, delay, type Observable, of, tap } from 'rxjs';
import request from 'supertest';
import { Clock, SystemClock } from '../clock/index.js';
import { AccessDeniedError, errorOf, RetryAfterError, RunFailedError } from '../errors/index.js';
import { Leases } from '../leases/index.js';
import { CurrentPrincipal } from '../scope/index.js';
import type { Principal } from '../values/index.js';
import {
  OrchestrationExceptionFilter,
  OrchestrationHealthIndicator,
  PRINCIPAL_FUNCTION,
  PrincipalInterceptor,
} from './index.js';

const later = () => new Promise((resolve) => setImmediate(resolve));

/** Of another module of the host: it is inside ours and takes its time. */
class SlowInterceptor implements NestInterceptor {
  async intercept(_: ExecutionContext, next: { handle(): Observable<unknown> }) {
    await later();
    return next.handle();
  }
}

@Controller()
class ProbeController {
  constructor(
    private readonly current: CurrentPrincipal,
    private readonly health: HealthCheckService,
    private readonly indicator: OrchestrationHealthIndicator,
  ) {}

  @Get('promise')
  async promise() {
    await later();
    return { id: this.current.get()?.id ?? null, settled: this.current.isSettled() };
  }

  @Get('stream')
  stream() {
    return of(1).pipe(
      delay(1),
      concatMap(async () => ({ id: this.current.get()?.id })),
    );
  }

  @Sse('events')
  events() {
    return of(1, 2).pipe(
      concatMap(async () => (await later(), { data: this.current.get()?.id ?? 'nobody' })),
    );
  }

  @Get('denied')
  denied() {
    throw new AccessDeniedError('ada may not', { details: { rule: 'roles' } });
  }

  @Get('failed')
  failed() {
    throw new RunFailedError('draft failed', { cause: new Error('password') });
  }

  @Get('user')
  user() {
    throw errorOf({ name: 'QueryFailedError', message: 'password of db', code: 'USER' });
  }

  @Get('retry')
  retry() {
    throw new RetryAfterError('1500ms');
  }

  @Sse('broken')
  broken() {
    return of(1).pipe(
      tap(() => {
        throw new AccessDeniedError('too late');
      }),
    );
  }

  @Get('health')
  check() {
    return this.health.check([() => this.indicator.check()]);
  }
}

let wake: () => Promise<string | undefined> = () => Promise.resolve(undefined);

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [ProbeController],
  providers: [
    CurrentPrincipal,
    OrchestrationHealthIndicator,
    { provide: Clock, useClass: SystemClock },
    { provide: Leases, useValue: { nextWake: () => wake() } },
    {
      provide: PRINCIPAL_FUNCTION,
      useValue: async (context: ExecutionContext): Promise<Principal | undefined> => {
        await later();
        const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
        if (headers['x-user'] === 'nobody') throw new AccessDeniedError('unknown token');
        return headers['x-user'] ? { id: headers['x-user'], roles: [] } : undefined;
      },
    },
    { provide: APP_INTERCEPTOR, useClass: PrincipalInterceptor },
    { provide: APP_INTERCEPTOR, useClass: SlowInterceptor },
    { provide: APP_FILTER, useClass: OrchestrationExceptionFilter },
  ],
})
class ProbeModule {}

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('in a Nest host on %s', (_, adapter) => {
  let app: INestApplication;
  const get = (path: string, user?: string) => {
    const asking = request(app.getHttpServer()).get(path);
    return user === undefined ? asking : asking.set('x-user', user);
  };

  beforeAll(async () => {
    const testing = await Test.createTestingModule({ imports: [ProbeModule] }).compile();
    app = testing.createNestApplication(adapter(), { logger: false });
    await app.listen(0);
  });
  afterAll(() => app.close());

  it('each handler runs on behalf of its own caller, however many at once', async () => {
    const users = Array.from({ length: 20 }, (_unused, n) => `user-${n}`);
    const answers = await Promise.all(users.map((user) => get('/promise', user)));
    expect(answers.map(({ body }) => (body as { id: string }).id)).toEqual(users);
    expect((await get('/promise')).body).toEqual({ id: null, settled: true });
  });

  it('observables and event streams know the caller to their end', async () => {
    expect((await get('/stream', 'ada')).body).toEqual({ id: 'ada' });
    const { text } = await get('/events', 'ada');
    expect(text.match(/data: ada/g)).toHaveLength(2);
  });

  it('an error of the principal function is the answer, and the handler does not run', async () => {
    expect((await get('/promise', 'nobody')).body).toMatchObject({
      statusCode: 403,
      message: 'unknown token',
    });
  });

  it('errors become their status and a body without stack', async () => {
    const denied = await get('/denied');
    expect(denied.status).toBe(403);
    expect(denied.body).toEqual({
      statusCode: 403,
      code: 'ACCESS_DENIED',
      message: 'ada may not',
      details: { rule: 'roles' },
    });
    const failed = await get('/failed');
    expect(failed.status).toBe(500);
    expect(failed.text).not.toMatch(/stack|password/);
  });

  it('what user code threw stays inside', async () => {
    const { status, text } = await get('/user');
    expect(status).toBe(500);
    expect(text).not.toContain('password');
  });

  it('says when to try again', async () => {
    const { status, headers } = await get('/retry');
    expect([status, headers['retry-after']]).toEqual([503, '2']);
  });

  it('an error in a stream that has begun ends it', async () => {
    expect((await get('/broken')).text).not.toContain('stack');
  });

  it('Terminus takes the health indicator', async () => {
    wake = () => Promise.resolve(undefined);
    expect((await get('/health')).body).toMatchObject({
      status: 'ok',
      info: { orchestration: { database: 'up' } },
    });
    wake = () => Promise.resolve(new Date(Date.now() - 3_600_000).toISOString());
    const late = await get('/health');
    expect(late.status).toBe(503);
    expect(late.body).toMatchObject({ error: { orchestration: { status: 'down', database: 'up' } } });
    wake = () => Promise.reject(new Error('ECONNREFUSED'));
    expect((await get('/health')).body).toMatchObject({
      error: { orchestration: { database: 'down', message: 'ECONNREFUSED' } },
    });
  });
});

describe('without a principal option', () => {
  it('the interceptor leaves everything as it is', async () => {
    const current = new CurrentPrincipal();
    const interceptor = new PrincipalInterceptor(current);
    // the context is not looked at
    const answer = interceptor.intercept({} as ExecutionContext, { handle: () => of(current.isSettled()) });
    const seen: unknown[] = [];
    answer.subscribe((value) => seen.push(value));
    expect(seen).toEqual([false]);
  });
});
