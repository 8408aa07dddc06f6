/** Why an agent has ended: `answered`, or the condition that stopped it. */
export interface AgentStop {
  readonly condition: string;
  readonly reason: string;
  readonly kind: 'goal' | 'limit';
}
