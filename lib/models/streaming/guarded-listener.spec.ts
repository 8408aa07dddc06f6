import { describe, expect, it } from '@jest/globals';
import { GuardedListener, type MayShow } from './guarded-listener.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function listening(mayShow?: MayShow) {
  const heard: string[] = [];
  const listener = {
    text: (text: string) => void heard.push(text),
    restart: () => void heard.push('<restart>'),
  };
  return { heard, guarded: new GuardedListener(listener, mayShow) };
}

/** As a vendor sends it. */
function say(guarded: GuardedListener, text: string): void {
  for (const piece of text.match(/.{1,3}/gsu) ?? []) guarded.text(piece);
}

describe('a guarded text', () => {
  it('comes sentence by sentence, each seen with all before it', async () => {
    const asked: string[] = [];
    const { heard, guarded } = listening(async ({ text }) => {
      asked.push(text);
      return true;
    });
    say(guarded, 'One. Two? “Three!” Four');
    await settled();
    expect(asked).toEqual(['One.', 'One. Two?', 'One. Two? “Three!”']);
    expect(heard).toEqual(['One.', ' Two?', ' “Three!”']);
    await guarded.end('One. Two? “Three!” Four');
    expect(heard.join('')).toBe('One. Two? “Three!” Four');
  });

  it('does not take a point in a number for the end of a sentence', async () => {
    const { heard, guarded } = listening(async () => true);
    say(guarded, 'It costs 12.50 dollars');
    await settled();
    expect(heard).toEqual([]);
  });

  it('is held from the first sentence on that may not be seen, and begins again where the whole is another one', async () => {
    const { heard, guarded } = listening(async ({ text }) => !text.includes('secret'));
    say(guarded, 'Fine. A secret. More. ');
    await settled();
    expect(heard).toEqual(['Fine.']);
    await guarded.end('Nothing.');
    expect(heard).toEqual(['Fine.', '<restart>', 'Nothing.']);
  });

  it('is held where a guardrail fails, and where nothing may be seen before the whole', async () => {
    for (const mayShow of [() => Promise.reject(new Error('down')), undefined]) {
      const { heard, guarded } = listening(mayShow);
      say(guarded, 'One. Two. ');
      await settled();
      expect(heard).toEqual([]);
      await guarded.end('One. Two. ');
      expect(heard).toEqual(['One. Two. ']);
    }
  });

  it('says nothing of an attempt that broke while a guardrail looked at it', async () => {
    let answer: (isShown: boolean) => void = () => undefined;
    const { heard, guarded } = listening(() => new Promise((resolve) => (answer = resolve)));
    say(guarded, 'One. Two');
    await settled();
    guarded.restart();
    answer(true);
    await settled();
    expect(heard).toEqual([]);
  });
});
