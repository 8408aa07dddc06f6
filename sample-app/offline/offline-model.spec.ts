import { describe, expect, it } from '@jest/globals';
import type { ModelRequest } from 'nestjs-nestor';
import { OfflineModel } from './offline-model.js';

const classification = {
  type: 'object',
  properties: {
    topic: { type: 'string', enum: ['billing', 'spam', 'other'] },
    references: { type: 'array', items: { type: 'string' } },
    confidence: { type: 'number' },
    instructionsFound: { type: 'boolean' },
    reviewedBy: { type: 'string' },
  },
};
const ask = (body: string, changes: Partial<ModelRequest> = {}): ModelRequest => ({
  model: 'rules',
  messages: [{ role: 'user', content: `<ticket><subject>Hi</subject><body>${body}</body></ticket>` }],
  output: { name: 'Classification', schema: classification },
  maxTokens: 500,
  ...changes,
});
const never = new AbortController().signal;
const model = new OfflineModel();

describe('OfflineModel', () => {
  it('answers with JSON of exactly the properties that the schema asks for', async () => {
    const { text } = await model.generate(ask('My invoice MB-1234 is wrong.'), never);
    expect(JSON.parse(text)).toEqual({
      topic: 'billing',
      references: ['MB-1234'],
      confidence: expect.any(Number),
      instructionsFound: false,
      reviewedBy: '',
    });
  });

  it('uses only topics that the schema allows', async () => {
    const { text } = await model.generate(
      ask('My parcel has not arrived, the tracking stands still.'),
      never,
    );
    expect(JSON.parse(text)).toMatchObject({ topic: 'other' });
  });

  it('counts more tokens for a longer prompt', async () => {
    const short = await model.generate(ask('One invoice.'), never);
    const long = await model.generate(ask('One invoice. '.repeat(100)), never);
    expect(long.usage.inputTokens).toBeGreaterThan(short.usage.inputTokens + 200);
    expect(short.usage.outputTokens).toBeGreaterThan(10);
  });

  it('stops at maxTokens and says so', async () => {
    const { finishReason, usage } = await model.generate(ask('One invoice.', { maxTokens: 8 }), never);
    expect({ finishReason, tokens: usage.outputTokens }).toEqual({ finishReason: 'length', tokens: 8 });
  });

  it('answers without a schema with the sentence that says the most', async () => {
    const request: ModelRequest = {
      model: 'rules',
      messages: [
        { role: 'user', content: 'Hello there. The gateway in the greenhouse lost the gateway network.' },
      ],
      maxTokens: 100,
    };
    const { text } = await model.generate(request, never);
    expect(text).toBe('The gateway in the greenhouse lost the gateway network.');
  });

  it('streams the same text in pieces and ends with the whole', async () => {
    const pieces: string[] = [];
    let whole = '';
    for await (const delta of model.stream(ask('One invoice.'), never)) {
      if (delta.type === 'text') pieces.push(delta.text);
      else if (delta.type === 'end') whole = delta.answer.text;
    }
    expect(pieces.join('')).toBe(whole);
  });

  it('stops when it is aborted', async () => {
    const slow = new OfflineModel(60_000);
    const controller = new AbortController();
    const answer = slow.generate(ask('One invoice.'), controller.signal);
    controller.abort();
    await expect(answer).rejects.toThrow(/abort/i);
  });
});
