/** What the tools of every agent give back. */
export const payload = 'x'.repeat(200);

/** What the scripted models are told: how many turns call tools, how many each, and whether a person is asked at the end. */
export interface Task {
  readonly turns: number;
  readonly calls: number;
  readonly asks?: boolean;
}

/** One library's agent, with a model that answers at once. */
export interface AgentContender {
  /** With its version, as the page prints it. */
  readonly name: string;
  open(): Promise<void>;
  /** One conversation from beginning to end, kept as the library does. */
  run(task: Task): Promise<void>;
  /** One that waits for a person behind its turns. @returns how it is found again */
  park?(turns: number): Promise<string>;
  /** What waits is approved and comes to its end. */
  resume?(id: string): Promise<void>;
  close(): Promise<void>;
}

/** The text that tells a model its task. */
export function promptOf({ turns, calls, asks = false }: Task): string {
  return JSON.stringify({ turns, calls, asks });
}

/** Which tools the model calls next: none at the end. @param said how many answers it has given */
export function nextCalls(prompt: string, said: number): readonly string[] {
  // What `promptOf` has written.
  const { turns, calls, asks } = JSON.parse(prompt) as Required<Task>;
  if (said < turns) return Array.from({ length: calls }, () => 'look');
  return asks && said === turns ? ['pay'] : [];
}
