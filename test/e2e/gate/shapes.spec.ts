import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleInit,
  type Provider,
  Scope,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { HumanReview, Step, Tool, Workflow, type WorkflowClass } from 'nestjs-nestor';
import { OrchestrationTestingModule } from 'nestjs-nestor/testing';
import { openHost } from '../host.js';
import { asker, lead } from './people.js';

interface Payment {
  readonly amount: number;
}

const paid: unknown[] = [];
beforeEach(() => {
  paid.length = 0;
});

const pay = async ({ amount }: Payment) => {
  paid.push(amount);
  return amount;
};

@Injectable()
class Bank {
  @Tool({ description: 'pays', effect: 'irreversible' })
  @HumanReview({ roles: ['lead'] })
  async pay(input: Payment) {
    return pay(input);
  }
}

@Workflow()
class PayWorkflow {
  constructor(private readonly bank: Bank) {}

  @Step() act() {
    return this.bank.pay({ amount: 7 });
  }
}

const message = /property pay that is not the @Tool method/;
const atBoot = { code: 'INVALID_WORKFLOW_DEFINITION', message: expect.stringMatching(message) };

async function boot(bank: Provider, workflow: WorkflowClass = PayWorkflow) {
  const host = await openHost('memory', [bank, workflow as unknown as Provider]);
  const result = await host.t.run(workflow, undefined as never, { principal: asker });
  return { host, result };
}

class Field extends Bank {
  override pay = pay;
}
class Assigned extends Bank {
  constructor() {
    super();
    this.pay = pay;
  }
}
class AtInit extends Bank implements OnModuleInit {
  onModuleInit() {
    this.pay = pay;
  }
}
class AtBootstrap extends Bank implements OnApplicationBootstrap {
  onApplicationBootstrap() {
    this.pay = pay;
  }
}
class Override extends Bank {
  override async pay(input: Payment) {
    return pay(input);
  }
}
class Impostor {
  pay = pay;
}

const refused: Record<string, Provider> = {
  'a class field': { provide: Bank, useClass: Field },
  'a class field of a value': { provide: Bank, useValue: new Field() },
  'an assignment in the constructor': { provide: Bank, useFactory: () => new Assigned() },
  'an assignment in onModuleInit': { provide: Bank, useClass: AtInit },
  'an assignment in onApplicationBootstrap': { provide: Bank, useClass: AtBootstrap },
  'a property put on a value': { provide: Bank, useValue: Object.assign(new Bank(), { pay }) },
  'Object.create': {
    provide: Bank,
    useFactory: () => Object.create(new Bank(), { pay: { value: pay } }) as Bank,
  },
  'a proxy': {
    provide: Bank,
    useFactory: () =>
      new Proxy(new Bank(), {
        get: (bank, key) => (key === 'pay' ? pay : (Reflect.get(bank, key) as unknown)),
      }),
  },
  'a plain object': { provide: Bank, useValue: { pay } },
  'another class': { provide: Bank, useClass: Impostor },
};

describe('a body under the name of a tool', () => {
  it.each(Object.entries(refused))('is refused at boot: %s', async (_, provider) => {
    const module = await Test.createTestingModule({
      imports: [OrchestrationTestingModule.forRoot({})],
      providers: [provider, PayWorkflow],
    }).compile();
    await expect(module.init()).rejects.toMatchObject(atBoot);
    // Nest 11 ends what did not boot with the same error.
    await module.close().catch(() => undefined);
    expect(paid).toEqual([]);
  });

  it.each([
    { provide: Bank, useClass: Override },
    { provide: Bank, useFactory: () => new Override() },
    { provide: Bank, useValue: new Override() },
  ])('is refused at boot: an override without @Tool', async (provider) => {
    await expect(boot(provider)).rejects.toMatchObject({ code: 'INVALID_WORKFLOW_DEFINITION' });
  });

  it.each([() => new Override(), () => new Field()])(
    'is refused at boot in a field of a provider',
    async (made) => {
      @Injectable()
      class Holder {
        readonly bank: Bank = made();
      }
      await expect(openHost('memory', [Bank, Holder])).rejects.toMatchObject({
        code: 'INVALID_WORKFLOW_DEFINITION',
        message: expect.stringMatching(/pay .*@Tool/),
      });
    },
  );

  it('is refused when somebody assigns it later', async () => {
    const { host } = await boot(Bank);
    const bank = host.t.module.get(Bank);
    expect(() => (bank.pay = pay)).toThrow(message);
    expect(() => (Object.create(bank) as Bank).pay === bank.pay).not.toThrow();
    expect(() => Object.assign(bank, { pay })).toThrow(message);
    await host.close();
  });

  it.each([Scope.REQUEST, Scope.TRANSIENT])(
    'is refused when the instance is made: scope %s',
    async (scope) => {
      @Injectable({ scope })
      class Own extends Bank {
        override pay = pay;
      }
      const booted = boot({ provide: Bank, useClass: Own, scope });
      if (scope === Scope.TRANSIENT) return expect(booted).rejects.toMatchObject(atBoot);
      const { host, result } = await booted;
      expect(result).toMatchObject({ status: 'failed', error: { message: expect.stringMatching(message) } });
      expect(paid).toEqual([]);
      return host.close();
    },
  );

  it('is refused in a transient provider of a request-scoped one', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Own extends Bank {
      override pay = pay;
    }
    @Injectable({ scope: Scope.REQUEST })
    class Clerk {
      constructor(@Inject(Bank) readonly bank: Bank) {}
    }
    @Workflow()
    class ClerkWorkflow {
      constructor(private readonly clerk: Clerk) {}
      @Step() act() {
        return this.clerk.bank.pay({ amount: 1 });
      }
    }
    const host = await openHost('memory', [
      { provide: Bank, useClass: Own, scope: Scope.TRANSIENT },
      Clerk,
      ClerkWorkflow,
    ]);
    const result = await host.t.run(ClerkWorkflow, undefined as never, { principal: asker });
    expect(result).toMatchObject({ status: 'failed', error: { message: expect.stringMatching(message) } });
    expect(paid).toEqual([]);
    await host.close();
  });

  const held: Record<string, Provider> = {
    'the class': Bank,
    'a subclass': { provide: Bank, useClass: class extends Bank {} },
    'an object made from one': { provide: Bank, useFactory: () => Object.create(new Bank()) as Bank },
    'a proxy that changes nothing': { provide: Bank, useFactory: () => new Proxy(new Bank(), {}) },
    'a frozen object': { provide: Bank, useValue: Object.freeze(new Bank()) },
  };
  it.each(Object.entries(held))(
    'is the method of the class for the rest, and passes the gate: %s',
    async (_, bank) => {
      const { host, result } = await boot(bank);
      expect(result.status).toBe('waiting');
      expect(paid).toEqual([]);
      expect(await host.t.approve(result.runId, { by: lead })).toMatchObject({ output: 7 });
      await host.close();
    },
  );

  it('cannot be read out of the metadata', () => {
    const metadata = [
      [Bank],
      [Bank.prototype],
      [Bank, 'pay'],
      [Bank.prototype, 'pay'],
      [Bank.prototype.pay],
    ].flatMap(([target, key]) =>
      (Reflect.getOwnMetadataKeys(target as object, key as string) as unknown[]).map(
        (name) => Reflect.getOwnMetadata(name, target as object, key as string) as unknown,
      ),
    );
    const functions: unknown[] = [];
    const seen = new Set<unknown>();
    const look = (value: unknown): void => {
      if (seen.has(value)) return;
      seen.add(value);
      if (typeof value === 'function') functions.push(value);
      if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
    };
    metadata.forEach(look);
    // what the compiler writes down: constructors of built-in classes
    expect(functions.filter((one) => ![Object, Function, Promise].includes(one as never))).toEqual([]);
  });
});

describe('a body under the name of a step', () => {
  it.each<[string, (made: object) => unknown]>([
    ['a class field', (made) => Object.assign(made, { act: () => 'own' })],
    ['Object.create', (made) => Object.create(made, { act: { value: () => 'own' } }) as unknown],
  ])('is refused at boot: %s', async (_, change) => {
    @Workflow()
    class Plain {
      @Step() act() {
        return 'plain';
      }
    }
    const provider = { provide: Plain, useFactory: () => change(new Plain()) };
    await expect(openHost('memory', [provider])).rejects.toMatchObject({
      code: 'INVALID_WORKFLOW_DEFINITION',
      message: expect.stringContaining('has a property act that is not the @Step method of its class'),
    });
  });

  it('is refused at boot where a subclass overrides it without @Step', async () => {
    @Workflow()
    class Plain {
      @Step() act() {
        return 'plain';
      }
    }
    @Workflow()
    class Sub extends Plain {
      override act() {
        return 'sub';
      }
    }
    for (const provider of [
      { provide: Plain, useClass: Sub },
      { provide: Plain, useValue: new Sub() },
    ])
      await expect(openHost('memory', [provider])).rejects.toMatchObject({
        code: 'INVALID_WORKFLOW_DEFINITION',
        message: expect.stringContaining('Sub.act overrides a decorated method without its decorators'),
      });
  });
});
