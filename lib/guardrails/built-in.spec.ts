import { describe, expect, it } from '@jest/globals';
import { IsInt, IsString, Max } from 'class-validator';
import { z } from 'zod';
import type { GuardrailDefinition, GuardrailSubject } from '../decorators/index.js';
import { opaqueParts } from '../models/index.js';
import { opaqueContent } from '../models/wire/opaque-content.js';
import { denylist, maxLength, pii, schema } from './index.js';

async function verdictOn(
  guardrail: GuardrailDefinition,
  value: unknown,
  at: GuardrailSubject['at'] = 'model.request',
  signal?: AbortSignal,
) {
  const subject: GuardrailSubject = {
    at,
    value,
    workflow: 'w',
    step: 's',
    tool: undefined,
    agent: undefined,
    principal: undefined,
    runId: 'r',
  };
  return guardrail.evaluate(subject, signal);
}

describe('every built-in guardrail', () => {
  it('has the defaults of @Guardrail, and takes its options', () => {
    expect(maxLength({ at: 'run.input', limit: 5 })).toMatchObject({
      name: 'maxLength',
      at: ['run.input'],
      order: 0,
      mode: 'enforce',
      onError: 'block',
      timeout: 10_000,
    });
    const at = ['step.output', 'tool.call'] as const;
    const options = { name: 'n', order: 3, mode: 'monitor', onError: 'allow', timeout: '2s' } as const;
    expect(
      denylist({ at, words: ['x'], ...options, steps: ['draft'], workflows: ['support'] }),
    ).toMatchObject({
      ...options,
      at,
      timeout: 2000,
      steps: ['draft'],
      workflows: ['support'],
    });
  });
});

describe('pii', () => {
  const request = Object.freeze({
    model: 'gpt-5-mini',
    messages: [
      { role: 'user', content: 'I am ada@example.org, card 4111 1111 1111 1111' },
      { role: 'user', content: 'order 550e8400-e29b-41d4-a716-446655440000' },
    ],
    maxTokens: 500,
    stop: null,
  });

  it('looks at requests to the model and at its answers unless told otherwise', () => {
    expect(pii({ action: 'redact' }).at).toEqual(['model.request', 'model.response']);
    expect(pii({ action: 'redact', at: 'run.input' }).at).toEqual(['run.input']);
  });

  it('redacts strings inside nested values and keeps everything else', async () => {
    expect(await verdictOn(pii({ action: 'redact' }), request)).toEqual({
      verdict: 'transform',
      reason: 'contains 1 email, 1 card',
      value: {
        ...request,
        messages: [{ role: 'user', content: 'I am [EMAIL], card [CARD]' }, request.messages[1]],
      },
    });
    expect(request.messages[0]?.content).toContain('ada@example.org');
  });

  it('masks', async () => {
    expect(await verdictOn(pii({ action: 'mask' }), ['ada@example.org'])).toMatchObject({
      value: ['a***@example.org'],
    });
  });

  it('blocks without repeating what it found', async () => {
    const verdict = await verdictOn(pii({ action: 'block' }), request);
    expect(verdict).toEqual({ verdict: 'block', reason: 'contains 1 email, 1 card' });
  });

  it('looks for the kinds that it is told to', async () => {
    expect(await verdictOn(pii({ action: 'redact', kinds: ['iban'] }), request)).toEqual({
      verdict: 'allow',
    });
    const ip = await verdictOn(pii({ action: 'redact', kinds: ['ip'] }), 'from 192.168.10.7');
    expect(ip).toMatchObject({ value: 'from [IP]' });
  });

  it('allows what has none, also what is not text', async () => {
    for (const value of ['hello', 4111111111111111, null, undefined, [], { a: [true] }]) {
      expect(await verdictOn(pii({ action: 'redact' }), value)).toEqual({ verdict: 'allow' });
    }
  });

  it('gives concurrent and repeated calls the same answers', async () => {
    const guardrail = pii({ action: 'redact' });
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, () => verdictOn(guardrail, 'ada@example.org')),
    );
    expect(new Set(verdicts.map((verdict) => JSON.stringify(verdict))).size).toBe(1);
  });
});

describe('a guardrail over text', () => {
  const megabyte = 'Ada <ada@example.org>, +49 30 901820\n'.repeat(28_000);
  const guards: [string, GuardrailDefinition][] = [
    ['pii', pii({ action: 'redact' })],
    ['denylist', denylist({ at: 'model.request', words: ['guarantee'] })],
  ];

  it('of personal data lets other work happen while it reads a megabyte', async () => {
    const guardrail = pii({ action: 'redact' });
    let turns = 0;
    let isDone = false;
    const turn = () => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    await verdictOn(guardrail, [megabyte]);
    isDone = true;
    expect(turns).toBeGreaterThan(megabyte.length / 8_192);
  });

  it.each(guards)('%s stops reading when nobody waits for its verdict any more', async (_, guardrail) => {
    const late = new AbortController();
    const list = Array.from({ length: 100 }, () => JSON.stringify(['1 of 2 @ home\n'.repeat(4_000)]));
    let read = 0;
    const counted = new Proxy(list, {
      get(target, key) {
        if (/^\d+$/.test(String(key)) && ++read === 3) late.abort(new Error('no verdict after 5 ms'));
        return Reflect.get(target, key) as unknown;
      },
    });
    await expect(verdictOn(guardrail, counted, 'tool.result', late.signal)).rejects.toThrow('no verdict');
    expect(read).toBeLessThan(5);
  });

  it('reads keys, and numbers that their keys name', async () => {
    const value = {
      'ada@example.org': { card: 4111111111111111, ssn: 123456789, orderId: 4111111111111111 },
    };
    const verdict = await verdictOn(pii({ action: 'redact' }), value, 'step.output');
    expect(verdict).toEqual({
      verdict: 'transform',
      reason: 'contains 1 email, 1 card, 1 nationalId',
      value: { '[EMAIL]': { card: 0, ssn: 0, orderId: 4111111111111111 } },
    });
    const masked = await verdictOn(pii({ action: 'mask' }), JSON.stringify(value), 'step.output');
    expect(masked).toMatchObject({
      value: '{"a***@example.org":{"card":1111,"ssn":6789,"orderId":4111111111111111}}',
    });
  });

  it('leaves schemas of a request alone', async () => {
    const schemas = {
      tools: [{ name: 'write', description: 'to ada@example.org', input: { const: 'ada@example.org' } }],
      output: { name: 'to', schema: { enum: ['ada@example.org'] } },
    };
    const request = { messages: [{ role: 'user', content: 'hi' }], ...schemas };
    expect(await verdictOn(pii({ action: 'block' }), request)).toEqual({ verdict: 'allow' });
    expect(await verdictOn(denylist({ at: 'model.request', words: ['ada'] }), request)).toEqual({
      verdict: 'allow',
    });
    expect(await verdictOn(maxLength({ at: 'model.request', limit: 10 }), request)).toEqual({
      verdict: 'allow',
    });
  });

  it.each([
    ['Anthropic', { type: 'thinking', thinking: 'Ada is ada@example.org', signature: 'ada@example.org' }],
    [
      'OpenRouter',
      {
        message: {
          reasoning: 'Ada is ada@example.org',
          reasoning_details: [
            { type: 'reasoning.text', text: 'Ada is ada@example.org', signature: 'ada@example.org' },
            { type: 'reasoning.encrypted', data: 'ada@example.org' },
          ],
        },
      },
    ],
  ])('reads what a model has thought in the form of %s, which then does not go back', async (_, part) => {
    const opaque = opaqueContent('v', 'm', [part]);
    const answer = { text: '', toolCalls: [], finishReason: 'tool-calls', opaque };
    const verdict = await verdictOn(pii({ action: 'redact' }), answer, 'model.response');
    expect(verdict).toMatchObject({ verdict: 'transform' });
    const changed = (verdict as { value: typeof answer }).value.opaque;
    expect(JSON.stringify(changed)).toContain('Ada is [EMAIL]');
    expect(JSON.stringify(changed)).not.toContain('Ada is ada');
    // signed and encrypted things stay as they are
    expect(JSON.stringify(changed)).toContain('"ada@example.org"');
    expect(opaqueParts(opaque, 'v', 'm')).toHaveLength(1);
    expect(opaqueParts(changed, 'v', 'm')).toEqual([]);
    const request = { messages: [{ role: 'assistant', content: '', opaque }] };
    expect(await verdictOn(pii({ action: 'block' }), request)).toMatchObject({ verdict: 'block' });
    expect(await verdictOn(denylist({ at: 'model.request', words: ['Ada is'] }), request)).toMatchObject({
      verdict: 'block',
    });
    // counted once, as the reasoning of the answer
    expect(await verdictOn(maxLength({ at: 'model.request', limit: 1 }), request)).toEqual({
      verdict: 'allow',
    });
  });

  it('of words lets other work happen between one word and the next', async () => {
    const words = Array.from({ length: 20 }, (_, index) => `word ${index}`);
    const guardrail = denylist({ at: 'step.output', words });
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await verdictOn(guardrail, 'words and words. '.repeat(1000), 'step.output');
    isDone = true;
    expect(turns).toBeGreaterThanOrEqual(words.length);
  });

  it('finds a listed word behind an escaped line break, across one, and in a key', async () => {
    const guardrail = denylist({ at: 'step.output', words: ['guarantee', 'no risk'] });
    for (const value of [
      { a: 'x\nguarantee' },
      { a: 'no\nrisk' },
      { guarantee: 1 },
      [JSON.stringify({ a: '\tguarantee' })],
    ]) {
      expect(await verdictOn(guardrail, JSON.stringify(value), 'step.output')).toMatchObject({
        verdict: 'block',
      });
    }
  });
});

describe('maxLength', () => {
  it('counts all strings of a value together', async () => {
    const guardrail = maxLength({ at: 'run.input', limit: 10 });
    expect(await verdictOn(guardrail, { a: '12345', b: ['12345'], n: 1_000_000 })).toEqual({
      verdict: 'allow',
    });
    expect(await verdictOn(guardrail, { a: '12345', b: ['123456'] })).toEqual({
      verdict: 'block',
      reason: '11 characters, and 10 are allowed',
    });
  });

  it('does what it is told to, and refuses a limit that is none', async () => {
    const rejecting = maxLength({ at: 'run.input', limit: 1, action: 'reject' });
    expect(await verdictOn(rejecting, 'ab')).toMatchObject({ verdict: 'reject' });
    for (const limit of [0, -1, 1.5, Number.NaN]) {
      expect(() => maxLength({ at: 'run.input', limit })).toThrow(RangeError);
    }
  });
});

describe('denylist', () => {
  const guardrail = denylist({
    at: 'step.output',
    words: ['we guarantee', 'Straße', 'c++'],
    patterns: [/\bclass.action\b/gi],
  });

  it.each([
    ['WE  GUARANTEE it', `contains 'we guarantee'`],
    ['so we\nguarantee!', `contains 'we guarantee'`],
    ['we guar\u200Bantee', `contains 'we guarantee'`],
    ['ｗｅ ｇｕａｒａｎｔｅｅ', `contains 'we guarantee'`],
    ['die STRAße', `contains 'Straße'`],
    ['in C++.', `contains 'c++'`],
    ['a class-action suit', 'contains /\\bclass.action\\b/gi'],
  ])('stops %j', async (text, reason) => {
    expect(await verdictOn(guardrail, { nested: [text] })).toEqual({ verdict: 'block', reason });
  });

  it.each(['we guaranteed', 'awe guarantee', 'we do guarantee', 'classaction', 'c#', ''])(
    'lets %j pass',
    async (text) => {
      expect(await verdictOn(guardrail, text)).toEqual({ verdict: 'allow' });
    },
  );

  it('remembers nothing of former calls, though a pattern is global', async () => {
    for (let n = 0; n < 4; n++) {
      expect(await verdictOn(guardrail, 'class action')).toMatchObject({ verdict: 'block' });
    }
  });

  it('refuses to list nothing', () => {
    expect(() => denylist({ at: 'step.output' })).toThrow(RangeError);
    expect(() => denylist({ at: 'step.output', words: [' '] })).toThrow(RangeError);
  });
});

class Refund {
  @IsString()
  order!: string;

  @IsInt()
  @Max(100)
  amount!: number;
}

describe('schema', () => {
  it.each([
    ['a class', Refund],
    ['a Standard Schema', z.object({ order: z.string(), amount: z.int().max(100) })],
  ])('checks against %s and leaves the value as it is', async (_, shape) => {
    const guardrail = schema({ at: 'tool.call', tools: ['refund'], schema: shape });
    expect(await verdictOn(guardrail, { order: 'A', amount: 5, more: 1 })).toEqual({ verdict: 'allow' });
    const verdict = await verdictOn(guardrail, { order: 'A', amount: 500 });
    expect(verdict).toMatchObject({ verdict: 'reject', reason: expect.stringContaining('$.amount') });
  });

  it('names itself by its schema', () => {
    expect(schema({ at: 'tool.call', schema: Refund }).name).toBe('schema Refund');
  });
});
