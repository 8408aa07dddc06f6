import { type ChatMove, call } from './chat-move.js';
import type { ChatView } from './chat-view.js';
import { orderIn, stateOf } from './order.js';
import { quotedFrom, wordsOf } from './technical.js';

const specialists = ['policy-specialist', 'device-specialist', 'order-specialist'] as const;

/** Asks all specialists at once, reads what they have noted, and puts it together. */
export function research(view: ChatView): ChatMove {
  const isAsked = specialists.some((name) => view.result(name) !== undefined);
  if (!isAsked) return { calls: specialists.map((name) => [name, { task: view.said }]) };
  const read = view.result('read_notes');
  if (!read) return call('read_notes');
  // What the state holds, as the application declares it.
  const { findings } = JSON.parse(read.text) as { findings: readonly string[] };
  return { say: ['This is what we have found:', ...findings.toSorted().map((one) => `– ${one}`)].join('\n') };
}

export const policySpecialist = (view: ChatView): ChatMove => lookUp(view, 'Rules', 'findRules');
export const deviceSpecialist = (view: ChatView): ChatMove => lookUp(view, 'Devices', 'findManual');

export function orderSpecialist(view: ChatView): ChatMove {
  const { order: number } = view;
  if (number === undefined) return noted(view, 'Orders: no order was named.');
  const found = view.result('findOrder');
  if (!found) return call('findOrder', { number });
  return noted(
    view,
    `Orders: ${found.failed ? `there is no order ${number}` : stateOf(orderIn(found.text))}`,
  );
}

function lookUp(view: ChatView, title: string, tool: string): ChatMove {
  const found = view.result(tool);
  if (!found) return call(tool, { words: wordsOf(view.said) });
  return noted(view, `${title}: ${quotedFrom(found.text, view.said) ?? 'nothing was found.'}`);
}

/** First to the notes of all, then as the answer. */
function noted(view: ChatView, finding: string): ChatMove {
  return view.result('update_notes_findings')
    ? { say: finding }
    : call('update_notes_findings', { value: finding });
}
