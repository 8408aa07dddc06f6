import { Injectable } from '@nestjs/common';
import type { PerformContext } from '../scope/index.js';
import type { RegisteredAgent } from './registered-agent.js';

/** What performs agents. */
export interface AgentPerformer {
  /** As the step of a run of its own. @returns its output */
  runAlone(name: string, input: unknown): Promise<unknown>;
  /** As what a call of it does. @returns its output */
  runAsTool(agent: RegisteredAgent, input: unknown, context: PerformContext): Promise<unknown>;
}

/**
 * Knows who performs agents. The loop needs the gate and the tools; the engine that makes the gate, and the tools among which
 * agents are, need the loop: it is told here.
 */
@Injectable()
export class AgentHosts {
  private known: AgentPerformer | undefined;

  use(performer: AgentPerformer): void {
    this.known = performer;
  }

  get performer(): AgentPerformer {
    if (!this.known) throw new Error('nothing performs agents: this is a bug in Nestor');
    return this.known;
  }

  /** What stands in the place of an agent's provider where it is a run of its own: its step is its loop. */
  hostOf(name: string): object {
    return { run: (input: unknown) => this.performer.runAlone(name, input) };
  }
}
