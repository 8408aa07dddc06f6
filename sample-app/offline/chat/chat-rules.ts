import type { ModelRequest } from 'nestjs-nestor';
import { billing } from './billing.js';
import type { ChatMove } from './chat-move.js';
import { ChatView } from './chat-view.js';
import { deviceSpecialist, orderSpecialist, policySpecialist, research } from './research.js';
import { technical } from './technical.js';
import { triage } from './triage.js';

/** By the name of the agent. */
const rules = new Map<string, (view: ChatView) => ChatMove>([
  ['triage', triage],
  ['billing', billing],
  ['technical', technical],
  ['research', research],
  ['policy-specialist', policySpecialist],
  ['device-specialist', deviceSpecialist],
  ['order-specialist', orderSpecialist],
]);

/** The next move of an agent of the support chat; undefined for all others. */
export function nextChatMove(request: ModelRequest): ChatMove | undefined {
  return rules.get(request.agent ?? '')?.(new ChatView(request));
}
