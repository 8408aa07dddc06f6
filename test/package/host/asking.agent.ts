import { Agent } from 'nestjs-nestor';
import { AnsweringAgent } from './answering.agent.js';

/** Hands over to one that hands back: their files import each other. */
@Agent({
  description: 'Asks',
  instructions: 'You ask.',
  handoffs: () => [AnsweringAgent],
})
export class AskingAgent {}
