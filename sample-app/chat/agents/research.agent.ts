import { Agent, stateTools } from 'nestjs-nestor';
import { notes } from './notes.js';
import { DeviceSpecialist, OrderSpecialist, PolicySpecialist } from './specialists.js';

/** Answers what takes more than one look: it asks three specialists at once, who share their notes, and writes the answer. */
@Agent({
  description: 'Looks into a question from several sides: comparisons, overviews, what is best',
  model: 'smart',
  instructions: { template: 'chat-research' },
  tools: () => [PolicySpecialist, DeviceSpecialist, OrderSpecialist, stateTools(notes)],
  maxTokens: 1_500,
})
export class ResearchAgent {}
