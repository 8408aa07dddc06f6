import { afterEach, describe, expect, it } from '@jest/globals';
import { Input, Step, Workflow } from 'nestjs-nestor';
import { type Host, openHost } from './host.js';

@Workflow()
class QuickWorkflow {
  @Step() echo(@Input() value: number) {
    return value;
  }
}

describe('runs without a database', () => {
  let host: Host;
  afterEach(() => host.close());

  it('let timers and requests in, however quickly one run follows the other', async () => {
    host = await openHost('memory', [QuickWorkflow]);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    // Runs without a breath would be through long before that many.
    for (let run = 0; ticks <= 5 && run < 5_000; run += 1) await host.t.run(QuickWorkflow, 1);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });
});
