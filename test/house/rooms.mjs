/**
 * The rooms of `lib/`, top to bottom. An import may only point down this list, and enters a room by its `index.ts`.
 * Rooms on one line do not know one another.
 */
export const rooms = [
  ['openai', 'anthropic', 'embedded', 'guardrails', 'testing', 'bullmq', 'mcp', 'dashboard'],
  // `lib/index.ts` and `lib/orchestration.*.ts`: wiring.
  ['orchestration'],
  ['engine'],
  ['http'],
  ['agents'],
  ['models'],
  ['tools'],
  ['gate'],
  ['review'],
  ['audit'],
  ['events'],
  ['leases'],
  ['dispatch'],
  ['journal'],
  ['database'],
  ['discovery'],
  ['decorators'],
  ['workflow'],
  ['scope'],
  ['values'],
  ['errors'],
  ['clock'],
  ['text'],
];

/** How far down a room stands; undefined where the list does not have it. */
export function floorOf(room) {
  const floor = rooms.findIndex((line) => line.includes(room));
  return floor < 0 ? undefined : floor;
}
