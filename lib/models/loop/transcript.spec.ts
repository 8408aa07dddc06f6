import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../values/index.js';
import type { Message, ModelRequest } from '../provider/model-provider.js';
import { type RecordedRequest, requestOf, Transcript } from './transcript.js';

const user = (content: string): Message => ({ role: 'user', content });
const system = (content: string): Message => ({ role: 'system', content });
const first: ModelRequest = { model: 'small', messages: [user('a')], maxTokens: 10, temperature: 0.5 };

/** What the records of a conversation hold of its requests. */
function recordsOf(requests: readonly ModelRequest[]): RecordedRequest[] {
  const transcript = new Transcript();
  return requests.map((request, index) => {
    const recorded = transcript.recorded(request);
    transcript.answered(request, String(index));
    return recorded;
  });
}

/** The requests, put together again from their records. */
function readBack(records: readonly RecordedRequest[]): ModelRequest[] {
  const requests: ModelRequest[] = [];
  for (const record of records) {
    requests.push(requestOf(record, 'continues' in record ? requests[Number(record.continues)] : undefined));
  }
  return requests;
}

describe('the records of a conversation', () => {
  it('hold the instructions again where only these have changed', () => {
    const [one, two] = [
      { ...first, messages: [system('noon'), user('a')] },
      { ...first, messages: [system('one'), user('a'), user('b')] },
    ];
    expect(recordsOf([one, two])[1]).toEqual({
      instructions: system('one'),
      messages: [user('b')],
      continues: '0',
    });
  });

  it('hold the messages that are new and the settings that are different', () => {
    const second = { ...first, messages: [user('a'), user('b')], maxTokens: 20 };
    expect(recordsOf([first, second])).toEqual([
      first,
      { messages: [user('b')], maxTokens: 20, continues: '0' },
    ]);
  });

  it.each([
    ['is no longer sent', { model: 'small', maxTokens: 10 }],
    ['is sent as undefined', { model: 'small', maxTokens: 10, temperature: undefined }],
  ])('tell of a setting that %s, so that nobody reads the former one into it', (_, rest) => {
    // As code without exactOptionalPropertyTypes gives it.
    const second = { ...rest, messages: [user('a'), user('b')] } as ModelRequest;
    const records = recordsOf([first, second]);
    expect(records).toEqual([first, { messages: [user('b')], without: ['temperature'], continues: '0' }]);
    expect(readBack(records)[1]).toEqual({ ...second });
  });

  it.each([
    ['shorter', []],
    ['different', [user('z'), user('b')]],
  ])('hold the whole request where the conversation before it is %s', (_, messages) => {
    const second = { ...first, messages };
    expect(recordsOf([first, second])).toEqual([first, second]);
  });

  it('give back exactly what was asked, whatever changes between two requests', () => {
    const request = fc.record(
      {
        model: fc.constantFrom('small', 'large'),
        messages: fc
          .tuple(
            fc.constantFrom<Message[]>([], [system('noon')], [system('one')]),
            fc.array(fc.constantFrom(user('a'), user('b')), { maxLength: 4 }),
          )
          .map((parts) => parts.flat()),
        maxTokens: fc.constantFrom(10, 20),
        temperature: fc.constantFrom(0, 0.5, undefined),
        stop: fc.constantFrom(['.'], ['.', '!']),
      },
      { requiredKeys: ['model', 'messages', 'maxTokens'] },
    ) as fc.Arbitrary<ModelRequest>;
    fc.assert(
      fc.property(fc.array(request, { maxLength: 6 }), (requests) => {
        expect(canonicalJson(readBack(recordsOf(requests)))).toBe(canonicalJson(requests));
      }),
      { numRuns: 500 },
    );
  });
});
