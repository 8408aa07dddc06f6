import { append, sharedState } from 'nestjs-nestor';

/** What the specialists of a research find, side by side. */
export const notes = sharedState('notes', { findings: append<string>() });
