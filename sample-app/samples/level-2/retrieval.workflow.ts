import { Input, ModelService, Step, Workflow } from 'nestjs-nestor';
import { InjectKnowledgeBase, KnowledgeBase } from 'nestjs-nestor/retrieval';
import type { Answer } from '../answer.js';

/** Level 2: what matters is found first, and the model answers from it. What it was shown is on record with the answer. */
@Workflow({ budget: { usd: 0.05 } })
export class RetrievalWorkflow {
  constructor(
    @InjectKnowledgeBase('help') private readonly help: KnowledgeBase,
    private readonly models: ModelService,
  ) {}

  @Step()
  async answer(@Input() question: string): Promise<Answer> {
    const passages = await this.help.search({ text: question, limit: 4 });
    const articles = passages.map(({ source, text }) => `<article uri="${source.uri}">\n${text}\n</article>`);
    const { text } = await this.models.generate({
      prompt: `Answer from these articles, or say that they do not tell.\n\n${articles.join('\n')}\n\n${question}`,
      maxTokens: 300,
    });
    return { answer: text, sources: [...new Set(passages.map(({ source }) => source.uri))] };
  }
}
