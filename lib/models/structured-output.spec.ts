import { describe, expect, it } from '@jest/globals';
import { IsEnum, IsIn, IsString } from 'class-validator';
import { z } from 'zod';
import { modelService } from './model-service.fixture.js';
import { StructuredOutput } from './structured-output.js';

class Classification {
  @IsString()
  topic!: string;

  @IsIn(['low', 'high'])
  urgency!: 'low' | 'high';
}

enum Urgency {
  Low,
  High,
}
class Rated {
  @IsEnum(Urgency)
  urgency!: Urgency;
}
class Sorted {
  @IsIn(['billing', 'delivery', null])
  topic!: 'billing' | 'delivery' | null;
}

const good = { topic: 'billing', urgency: 'high' };

describe('generate with output', () => {
  it('sends the JSON Schema of a class and gives back a validated instance', async () => {
    const { models, alpha } = modelService();
    alpha.on('classify').reply(good);
    const { output } = await models.generate({ prompt: 'classify', output: Classification });
    expect(output).toBeInstanceOf(Classification);
    expect(output.urgency).toBe('high');
    expect(alpha.calls[0]?.output).toMatchObject({
      name: 'Classification',
      schema: { type: 'object', properties: { topic: { type: 'string' } }, required: ['topic', 'urgency'] },
    });
  });

  it('takes a Standard Schema, also of something that is not an object', async () => {
    const { models, alpha } = modelService();
    alpha.on('numbers').reply({ value: [1, 2] });
    const { output } = await models.generate({ prompt: 'numbers', output: z.array(z.number()) });
    expect(output).toEqual([1, 2]);
    expect(alpha.calls[0]?.output).toMatchObject({
      name: 'answer',
      schema: { type: 'object', required: ['value'] },
    });
  });

  it('reads JSON that is in a fence', async () => {
    const { models, alpha } = modelService();
    alpha.on('classify').reply(`\`\`\`json\n${JSON.stringify(good)}\n\`\`\``);
    await expect(models.generate({ prompt: 'classify', output: Classification })).resolves.toMatchObject({
      output: good,
    });
  });

  it.each([
    ['breaks the schema', JSON.stringify({ topic: 'billing', urgency: 'soon' }), 'urgency'],
    ['is not JSON', 'It is about billing.', 'not valid JSON'],
    ['is empty', '', 'not valid JSON'],
    [
      'holds two values',
      `${JSON.stringify(good)} ${JSON.stringify({ ...good, urgency: 'low' })}`,
      'different JSON values',
    ],
    ['is too deep', `{"topic":${'['.repeat(600)}${']'.repeat(600)}}`, '500 levels'],
  ])(
    'has an answer that %s repaired once, telling the model what is wrong',
    async (_what, bad, complaint) => {
      const { models, alpha } = modelService();
      alpha.on('classify').reply(bad);
      alpha.on('does not fit the JSON Schema').reply(good);
      const { output, usage } = await models.generate({ prompt: 'classify', output: Classification });
      expect(output).toMatchObject(good);
      expect(usage.calls).toBe(2);
      const told = alpha.calls[1]?.messages ?? [];
      expect(told.at(-1)?.content).toContain(complaint);
      expect(told.filter(({ role, content }) => role === 'assistant' && content === '')).toEqual([]);
    },
  );

  it('fails with the issues when the repair does not fit either', async () => {
    const { models, alpha } = modelService();
    alpha.on(/./).reply({ topic: 'billing', urgency: 'soon' });
    await expect(models.generate({ prompt: 'classify', output: Classification })).rejects.toMatchObject({
      code: 'OUTPUT_VALIDATION',
      message: expect.stringMatching(/alpha\/small.*urgency/s),
      details: { issues: [{ path: '$.urgency' }] },
    });
    expect(alpha.calls).toHaveLength(2);
  });

  it('tells the model once that its answer was cut off, and takes the whole one', async () => {
    const { models, alpha } = modelService();
    alpha
      .on(/./)
      .replyOnce({ answer: { text: '{"topic": "bil', finishReason: 'length' } })
      .reply(good);
    await expect(
      models.generate({ prompt: 'classify', output: Classification, maxTokens: 5 }),
    ).resolves.toMatchObject({ output: good });
    expect(alpha.calls).toHaveLength(2);
    expect(alpha.calls[1]?.messages.at(-1)?.content).toMatch(/was cut off after maxTokens = 5/);
  });

  it('fails by name where the second answer is cut off, too, even if it could be read', async () => {
    const { models, alpha } = modelService();
    alpha.on(/./).reply({ answer: { text: JSON.stringify(good), finishReason: 'length' } });
    await expect(
      models.generate({ prompt: 'classify', output: Classification, maxTokens: 5 }),
    ).rejects.toMatchObject({
      code: 'INCOMPLETE_ANSWER',
      message: expect.stringMatching(/cut off after maxTokens = 5.*Raise 'maxTokens'/),
    });
    expect(alpha.calls).toHaveLength(2);
  });

  it('fails by name where the answer that was to repair the first is cut off', async () => {
    const { models, alpha } = modelService();
    alpha
      .on(/./)
      .replyOnce({ topic: 'billing', urgency: 'soon' })
      .reply({ answer: { text: '{"topic', finishReason: 'length' } });
    await expect(models.generate({ prompt: 'classify', output: Classification })).rejects.toMatchObject({
      code: 'INCOMPLETE_ANSWER',
    });
    expect(alpha.calls).toHaveLength(2);
  });

  it('says that the model refused, and in which words', async () => {
    const { models, alpha } = modelService();
    alpha.on(/./).reply({ answer: { text: 'I cannot.', finishReason: 'content-filter' } });
    await expect(models.generate({ prompt: 'classify', output: Classification })).rejects.toMatchObject({
      code: 'INCOMPLETE_ANSWER',
      message: expect.stringMatching(/refused.*I cannot/),
    });
    expect(alpha.calls).toHaveLength(2);
  });

  it.each([
    ['after a byte order mark', `\uFEFF${JSON.stringify(good)}`],
    ['after a think block', `<think>{"topic": "billing"}?</think>\n${JSON.stringify(good)}`],
    ['between sentences', `Here you are:\n${JSON.stringify(good)}\nAnything else?`],
    ['as a text that holds it', JSON.stringify(JSON.stringify(good))],
  ])('reads JSON that stands %s, without asking again', async (_where, text) => {
    const { models, alpha } = modelService();
    alpha.on('classify').reply(text);
    await expect(models.generate({ prompt: 'classify', output: Classification })).resolves.toMatchObject({
      output: good,
      usage: { calls: 1 },
    });
  });

  it('gives properties that may be missing back as missing, whatever the vendor made of them', async () => {
    const { models, alpha } = modelService();
    alpha.on('classify').reply('{"topic":"billing","note":null,"tries":null}');
    const schema = z.object({
      topic: z.string(),
      note: z.string().optional(),
      tries: z.coerce.number().default(3),
    });
    const { output } = await models.generate({ prompt: 'classify', output: schema });
    expect(output).toEqual({ topic: 'billing', tries: 3 });
  });

  it('offers the values of an enum of numbers only, and takes no name of a member for one', async () => {
    const output = new StructuredOutput(Rated);
    expect(output.request.schema).toMatchObject({ properties: { urgency: { enum: [0, 1] } } });
    await expect(output.read('{"urgency":1}')).resolves.toMatchObject({
      ok: true,
      value: { urgency: Urgency.High },
    });
    await expect(output.read('{"urgency":"High"}')).resolves.toMatchObject({
      ok: false,
      issues: [{ path: '$.urgency', message: 'must be one of the following values: 0, 1' }],
    });
  });

  it('describes a list of values that contains null', async () => {
    const output = new StructuredOutput(Sorted);
    expect(output.request.schema).toMatchObject({
      properties: { topic: { enum: ['billing', 'delivery', null] } },
    });
    await expect(output.read('{"topic":null}')).resolves.toMatchObject({ ok: true, value: { topic: null } });
  });
});
