import { describe, expect, it } from '@jest/globals';
import { toolDefinitionOf, MetadataAccessor } from '../../decorators/index.js';
import type { FoundTool } from '../found.js';
import { Tool, HumanReview } from './draft-of.fixture.js';
import { checkTools } from './tools.js';

function problemsOf(type: new () => object, method: string): readonly string[] {
  const prototype = type.prototype as object;
  const definition = toolDefinitionOf(prototype, method);
  const metadata = MetadataAccessor.ofMethod(prototype, method, 'nestjs-nestor:tool');
  if (!definition || !metadata) throw new Error(`${method} is not a tool`);
  const found: FoundTool = {
    definition,
    options: metadata.options,
    review: MetadataAccessor.ofMethod(prototype, method, 'nestjs-nestor:review'),
    wrapper: { instance: new type() } as FoundTool['wrapper'],
    type: type as unknown as FoundTool['type'],
    method,
    parameterCount: MetadataAccessor.parameterCount(prototype, method),
  };
  return checkTools([found]);
}

class Tools {
  @Tool({ description: 'adds' }) async fine(_input: object) {}
  @Tool({ description: 'adds' }) async none() {}
  @Tool({}) async mute() {}
  @Tool({ description: '  ' }) async blank() {}
  @Tool({ description: 'adds' }) async many(_a: object, _b: object) {}
  @Tool({ description: 'adds', budget: {}, timeout: 'x', desciption: '' }) async odd() {}
  @Tool({ description: 'adds' }) @HumanReview({ onReject: { repeat: 'a', max: 1 } }) async again() {}
  @HumanReview({ onTimeout: 'escalate', timeout: '1d' }) @Tool({ description: 'adds' }) async escalate() {}
  @HumanReview({ by: 'starter', roles: ['lead'] }) @Tool({ description: 'adds' }) async confirm() {}
  @HumanReview({ by: 'boss' }) @Tool({ description: 'adds' }) async boss() {}
  @Tool({ description: 'adds', performedBy: 'client', effect: 'none', retry: {} }) async client() {}
  @HumanReview() @Tool({ description: 'adds', performedBy: 'client' }) async asked() {}
  @Tool({ description: 'adds', performedBy: 'nobody' }) async nobody() {}
  @HumanReview({ timeout: '1d', onTimeout: 'approve' }) @Tool({ description: 'adds' }) async byTime() {}
}

describe('checkTools', () => {
  it('accepts a tool with one input or none', () => {
    expect(problemsOf(Tools, 'fine')).toEqual([]);
    expect(problemsOf(Tools, 'none')).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    ['mute', ['Tools.mute: @Tool has no description']],
    ['blank', ["Tools.blank: @Tool description is '  '"]],
    ['many', ['Tools.many has 2 parameters, but a tool takes one input object']],
    [
      'odd',
      [
        'budget is not built yet',
        "timeout is 'x'",
        "desciption is not an option. Did you mean 'description'?",
      ],
    ],
    ['byTime', ['Tools.byTime is irreversible and its review is approved by time']],
    ['again', ['Tools.again: onReject.repeat names steps, and a tool has none']],
    [
      'confirm',
      ["has a review with by: 'starter', which asks the person who started the run and nobody else"],
    ],
    ['boss', ["by is 'boss'"]],
    ['client', ['is performed by the client, so it has no effect, retry']],
    ['asked', ['is performed by the client, and @HumanReview asks before a call']],
    ['nobody', ["performedBy is 'nobody'"]],
    ['escalate', ["onTimeout: 'escalate' but without escalateTo"]],
  ])('refuses %s', (method, texts) => {
    expect(problemsOf(Tools, method)).toEqual(texts.map((text) => expect.stringContaining(text)));
  });
});
