import type { AgentContender } from './contender.js';

interface Registered {
  load(): Promise<{ create(url: string | undefined): AgentContender }>;
  /** Whether it can keep what it does in PostgreSQL. */
  readonly persists: boolean;
  /** Whether it can wait for a person, and go on in another process. */
  readonly resumes: boolean;
}

/** By name; loaded in a process of its own. */
export const contenders = {
  nestor: { load: () => import('./nestor.js'), persists: true, resumes: true },
  langchain: { load: () => import('./langchain.js'), persists: true, resumes: true },
  mastra: { load: () => import('./mastra.js'), persists: true, resumes: false },
  'ai-sdk': { load: () => import('./ai-sdk.js'), persists: false, resumes: false },
} as const satisfies Record<string, Registered>;

export type ContenderId = keyof typeof contenders;
export const contenderIds = Object.keys(contenders) as ContenderId[];
