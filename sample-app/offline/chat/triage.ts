import { type ChatMove, call } from './chat-move.js';
import type { ChatView } from './chat-view.js';

const research = /\b(compare|comparison|overview|best|research|which of|vergleich|uberblick|am besten)/;
const billing =
  /\b(refund|money|order|invoice|paid|pay|payment|charge|erstatt|geld|bestellung|rechnung|bezahlt|mb-\d)/;
const technical =
  /\b(sensor|gateway|battery|offline|dashboard|browser|page|firmware|reading|gerat|batterie|messwert|seite)/;

/** Hands over to who can help; asks where the customer has not said what it is about. */
export function triage(view: ChatView): ChatMove {
  if (view.says(research)) return call('transfer_to_research', { reason: 'takes several looks' });
  if (view.says(billing)) return call('transfer_to_billing', { reason: 'an order or a payment' });
  if (view.says(technical)) return call('transfer_to_technical', { reason: 'a device or the dashboard' });
  return {
    say: 'Hello, this is Mossbell. Is it about an order, about a device, or shall we look into something for you?',
  };
}
