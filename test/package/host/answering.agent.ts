import { Agent } from 'nestjs-nestor';
import { AskingAgent } from './asking.agent.js';

@Agent({
  description: 'Answers',
  instructions: 'You answer.',
  handoffs: () => [AskingAgent],
})
export class AnsweringAgent {}
