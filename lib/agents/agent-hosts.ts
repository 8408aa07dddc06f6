import { Injectable } from '@nestjs/common';

/** Performs an agent as the one step of a run. */
export type AgentPerformer = (name: string, input: unknown) => Promise<unknown>;

/** What stands in the place of an agent's provider where it is a run of its own: its step is its loop. */
@Injectable()
export class AgentHosts {
  private performer: AgentPerformer | undefined;

  /** The loop needs the gate, and the engine that makes the gate needs the loop: it is told here. */
  use(performer: AgentPerformer): void {
    this.performer = performer;
  }

  hostOf(name: string): object {
    return {
      run: (input: unknown) => {
        if (!this.performer) throw new Error(`nothing performs the agent ${name}: this is a bug in Nestor`);
        return this.performer(name, input);
      },
    };
  }
}
