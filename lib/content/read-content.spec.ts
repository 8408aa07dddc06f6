import { describe, expect, it } from '@jest/globals';
import { InputValidationError } from '../errors/index.js';
import { type Role, readContent, toolContent } from './index.js';

const png = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1').toString('base64');
const pdf = Buffer.from('%PDF-1.7').toString('base64');
const read = (content: unknown, role: Role = 'user') => readContent(content, role, 'prompt[0].content');

describe('the content of a message', () => {
  it.each([
    ['a text', 'hello', 'hello'],
    ['no parts', [], ''],
    ['one text', [{ type: 'text', text: 'a' }], 'a'],
    [
      'texts that follow one another',
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      'ab',
    ],
    [
      'texts around an image',
      [
        { type: 'text', text: 'a' },
        { type: 'image', url: 'https://x.org/a.png' },
        { type: 'text', text: 'b' },
      ],
      [
        { type: 'text', text: 'a' },
        { type: 'image', url: 'https://x.org/a.png' },
        { type: 'text', text: 'b' },
      ],
    ],
    [
      'bytes whose type their beginning tells',
      [{ type: 'image', data: png }],
      [{ type: 'image', data: png, mediaType: 'image/png' }],
    ],
    [
      'a data URL',
      [{ type: 'image', url: `data:image/PNG;base64,${png}` }],
      [{ type: 'image', data: png, mediaType: 'image/png' }],
    ],
    [
      'base64 in lines',
      [
        {
          type: 'file',
          mediaType: 'Application/PDF',
          data: `${pdf.slice(0, 4)}\n${pdf.slice(4)}`,
          name: 'a.pdf',
        },
      ],
      [{ type: 'file', data: pdf, mediaType: 'application/pdf', name: 'a.pdf' }],
    ],
    [
      'bytes of the run',
      [{ type: 'image', mediaType: 'image/png', blob: 'a'.repeat(64), bytes: 3, more: 1 }],
      [{ type: 'image', mediaType: 'image/png', blob: 'a'.repeat(64), bytes: 3 }],
    ],
  ])('of %s', (_, given, wanted) => {
    expect(read(given)).toEqual(wanted);
  });

  it.each([
    ['jpeg', '\xff\xd8\xff\xe0'],
    ['gif', 'GIF89a'],
    ['webp', 'RIFF\0\0\0\0WEBPVP8 '],
  ])('knows a %s by its first bytes', (kind, bytes) => {
    const data = Buffer.from(`${bytes}and so on`, 'latin1').toString('base64');
    expect(read([{ type: 'image', data }])).toEqual([{ type: 'image', data, mediaType: `image/${kind}` }]);
  });

  it.each([
    [7, 'prompt[0].content has to be a text, or a list of parts'],
    [[null], "prompt[0].content[0] is of the type 'undefined'"],
    [
      [{ type: 'video' }],
      "prompt[0].content[0] is of the type 'video': there are parts of the types text, image, file, reasoning",
    ],
    [[{ type: 'text' }], 'prompt[0].content[0].text has to be a text'],
    [[{ type: 'image' }], "has to have either 'data' (base64) or 'url'"],
    [[{ type: 'image', data: png, url: 'https://x.org' }], "has to have either 'data' (base64) or 'url'"],
    [
      [{ type: 'image', data: 'no base64!' }],
      'prompt[0].content[0].data has to be the base64 of at least one byte',
    ],
    [[{ type: 'image', data: '' }], 'has to be the base64 of at least one byte'],
    [[{ type: 'image', data: Buffer.from('x') }], 'Buffer.from(bytes).toString("base64")'],
    [[{ type: 'image', data: pdf }], 'mediaType is missing, and the first bytes'],
    [[{ type: 'image', data: png, mediaType: 'application/pdf' }], "has to be a media type like 'image/png'"],
    [[{ type: 'image', url: 'file:///etc/passwd' }], 'has to begin with https:, http:, or data:'],
    [[{ type: 'image', url: 'data:image/svg,<svg/>' }], 'has to begin with https:, http:, or data:'],
    [[{ type: 'image', url: 7 }], 'url has to be a text'],
    [[{ type: 'file', data: pdf }], "has to be a media type like 'application/pdf'"],
    [[{ type: 'image', blob: '../etc', bytes: 3 }], 'refers to bytes of a run by their SHA-256'],
    [[{ type: 'image', blob: 'a'.repeat(64) }], 'refers to bytes of a run by their SHA-256'],
    [[{ type: 'reasoning', text: 'hm' }], 'only messages of the role assistant have'],
  ])('refuses %j', (given, message) => {
    expect(() => read(given)).toThrow(InputValidationError);
    expect(() => read(given)).toThrow(message);
  });

  it.each(['system', 'assistant'] as const)('refuses an image in a message of the role %s', (role) => {
    expect(() => read([{ type: 'image', url: 'https://x.org/a.png' }], role)).toThrow(
      `which only messages of the role user or tool have; this one is of '${role}'`,
    );
  });

  it('of a tool is checked where it is made', () => {
    expect(toolContent([{ type: 'text', text: 'a' }])).toEqual({
      type: 'content',
      parts: [{ type: 'text', text: 'a' }],
    });
    expect(() => toolContent([{ type: 'image', data: 'no base64!' }])).toThrow('toolContent[0].data');
  });
});
