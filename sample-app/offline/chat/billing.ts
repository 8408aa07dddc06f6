import { type ChatMove, call } from './chat-move.js';
import type { ChatView } from './chat-view.js';
import { orderIn, stateOf } from './order.js';

/** EUR above which a colleague has to look. */
const smallAmount = 100;

const aboutDevices = /\b(sensor|gateway) .*\b(offline|firmware|battery|readings)|\bdashboard\b|\bbrowser\b/;

/** Looks an order up, and pays back what may be paid back. */
export function billing(view: ChatView): ChatMove {
  if (view.says(aboutDevices) && !view.says(/\b(refund|money|order)/))
    return call('transfer_to_triage', { reason: 'a device or the dashboard' });
  const { order: number } = view;
  if (number === undefined)
    return { say: 'Which order is it about? Please send me its number, it begins with MB-.' };
  const found = view.result('findOrder');
  if (!found) return call('findOrder', { number });
  if (found.failed) return { say: `I can't find the order ${number}. Please look at its number again.` };
  const order = orderIn(found.text);
  const amountEur = order.priceEur - order.refundedEur;
  const paid = view.result('payBack') ?? view.result('payLargeSumBack');
  if (paid)
    return {
      say: paid.failed
        ? `Nothing was paid back for ${number}. Tell me if you change your mind.`
        : `Done: ${euros(order.priceEur - order.refundedEur)} for ${order.item} (${number}) are on their way to you.`,
    };
  if (!view.says(/\b(refund|money|back|erstatt|geld|zuruck)/)) return { say: stateOf(order) };
  if (amountEur <= 0) return { say: `Everything for ${number} was paid back already.` };
  if (order.returnedAt === null)
    return { say: `${stateOf(order)} We pay the price back once it has reached our warehouse.` };
  const reason = `It came back on ${order.returnedAt}.`;
  return call(amountEur > smallAmount ? 'payLargeSumBack' : 'payBack', { number, amountEur, reason });
}

function euros(amount: number): string {
  return `${amount.toFixed(2)} EUR`;
}
