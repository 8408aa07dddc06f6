import { EventEmitter2, EventEmitterModule } from '@nestjs/event-emitter';
import { describe, expect, it } from '@jest/globals';
import { CurrentPrincipal, Input, StartEvery, StartOn, Step, Workflow } from 'nestjs-nestor';
import { recordsOf } from '../e2e/gate/records.js';
import { openHost } from '../e2e/host.js';
import { sharedHost } from '../e2e/shared-host.js';
import { until } from '../e2e/until.js';

@StartOn('order.made', { map: (order: { id: string }) => order.id, principal: { id: 'shop', roles: [] } })
@Workflow({ name: 'order' })
class OrderWorkflow {
  @Step() async take(@Input() id: string) {
    return id;
  }
}

@StartOn('order.lost')
@Workflow({ name: 'lost' })
class LostWorkflow {
  @Step() async take(@Input() id: string) {
    return id;
  }
}

@StartEvery('0 0 1 1 *', { input: 'x' })
@Workflow({ name: 'yearly' })
class YearlyWorkflow {
  @Step() async take(@Input() id: string) {
    return id;
  }
}

const more = { imports: [EventEmitterModule.forRoot()] };
const options = { principal: () => undefined };

describe('a trigger where the host says who calls', () => {
  const shared = sharedHost('memory', [OrderWorkflow], options, more);

  it('starts in the name that it declares, shaped by who has caused it', async () => {
    const { t } = shared;
    const current = t.module.get(CurrentPrincipal, { strict: false });
    const emitter = t.module.get(EventEmitter2, { strict: false });
    current.run({ id: 'ann', roles: [] }, () => emitter.emit('order.made', { id: 'A-1' }));
    const find = () => t.asSystem(() => t.orchestrator.find({ workflow: 'order' }));
    await until('the run', async () => (await find()).items.length === 1);
    const [run] = (await find()).items;
    expect(run?.shapedBy).toEqual(['shop', 'ann']);
    expect(await recordsOf(t, run?.id ?? '', 'run.created')).toMatchObject([
      { actor: { kind: 'system', id: '@StartOn: order.made' }, payload: { principal: { id: 'shop' } } },
    ]);
  });

  it.each([
    ['@StartOn', LostWorkflow],
    ['@StartEvery', YearlyWorkflow],
  ])('that declares nobody keeps it from starting (%s)', async (name, workflow) => {
    await expect(openHost('memory', [workflow], options, more)).rejects.toThrow(
      new RegExp(`${name}.* names no principal`),
    );
  });
});
