import { describe, expect, it } from '@jest/globals';
import { forwardRef, Inject, Injectable, Optional, Scope } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, REQUEST } from '@nestjs/core';
import { STATIC_CONTEXT } from '@nestjs/core/injector/constants.js';
import { Test } from '@nestjs/testing';
import { declaredTokens } from './declared-tokens.js';
import { InjectedProviders } from './injected-providers.js';
import { madeInstances } from './made-instances.js';
import type { ProviderWrapper } from './provider-class.js';

@Injectable()
class Ledger {}

@Injectable({ scope: Scope.TRANSIENT })
class Note {}

@Injectable({ scope: Scope.REQUEST })
class Desk {
  @Inject('currency') readonly currency!: string;

  constructor(
    readonly ledger: Ledger,
    readonly note: Note,
    @Inject(REQUEST) readonly request: unknown,
    @Inject(forwardRef(() => Ledger)) readonly same: unknown,
    @Optional() @Inject('missing') readonly missing?: unknown,
  ) {}
}

@Injectable()
class Plain {
  constructor(readonly note: Note) {}
}

async function wrappers() {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    providers: [
      Ledger,
      Note,
      Desk,
      Plain,
      { provide: 'currency', useValue: 'EUR' },
      {
        provide: 'made',
        useFactory: (...given: unknown[]) => given,
        inject: [Ledger, { token: 'missing', optional: true }],
      },
    ],
  }).compile();
  await module.init();
  const discovery = module.get(DiscoveryService);
  const of = (token: unknown) => {
    const found = discovery.getProviders().find((one) => one.token === token);
    if (!found) throw new Error(`no provider of ${String(token)}`);
    return found;
  };
  return {
    of,
    injected: new InjectedProviders(discovery),
    plain: module.get(Plain),
    close: () => module.close(),
  };
}

/** As Nest 11 has it before the first request: it has noted nothing. */
function unresolved(host: ProviderWrapper): ProviderWrapper {
  return Object.create(host, {
    getCtorMetadata: { value: () => undefined },
    getPropertiesMetadata: { value: () => undefined },
  }) as ProviderWrapper;
}

describe('what is injected into a provider', () => {
  it('is the same whether Nest has looked or the declared tokens tell', async () => {
    const { of, injected, close } = await wrappers();
    const tokens = (host: ProviderWrapper) => injected.of(host)?.map(({ token }) => token);
    for (const token of [Desk, Plain, 'made', Ledger]) {
      expect(tokens(unresolved(of(token)))).toEqual(tokens(of(token)));
    }
    expect(tokens(unresolved(of(Desk)))).toEqual([Ledger, Note, REQUEST, Ledger, 'currency']);
    await close();
  });

  it('can not be told where a type was not there yet', () => {
    class Early {}
    Reflect.defineMetadata('design:paramtypes', [Ledger, undefined], Early);
    expect(declaredTokens({ metatype: Early } as unknown as ProviderWrapper)).toBeUndefined();
  });

  it('is nothing for a value', async () => {
    const { of, injected, close } = await wrappers();
    expect(injected.of(of('currency'))).toEqual([]);
    await close();
  });
});

describe('what Nest has made of a provider', () => {
  it.each([Ledger, Note, Desk])('is the same without the method of later versions: %p', async (type) => {
    const { of, plain, close } = await wrappers();
    const host = of(type);
    const older = Object.create(host, { getExistingInstancesByContextId: {} }) as ProviderWrapper;
    const made = madeInstances(host, STATIC_CONTEXT);
    const byMaps = madeInstances(older, STATIC_CONTEXT).filter((instance) => instance !== undefined);
    expect(byMaps).toEqual(made.filter((instance) => instance !== undefined));
    if (type === Note) expect(byMaps).toContain(plain.note);
    await close();
  });
});
