import { Surroundings } from '../../scope/index.js';
import type { UsageRoom } from './room/usage-room.js';

/** The call of an agent, as agents inside it see it. */
export interface SurroundingAgent {
  /** How many agents may be one inside the other from it on, itself counted. */
  readonly depth: number;
  /** How many agents it is inside of. */
  readonly level: number;
  readonly room: UsageRoom;
}

export const surroundingAgents = new Surroundings<SurroundingAgent>();
