import { describe, expect, it } from '@jest/globals';
import { CallBatch } from './call-batch.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const fatal = new Error('fatal');

/** A batch of three, and what has begun of it. */
function batchOf(size: number) {
  const batch = new CallBatch(size, (error) => error === fatal);
  const begun: (string | Error)[] = [];
  const members = ['a', 'b', 'c'].map((name) => {
    const member = batch.add();
    const ready = () =>
      member.ready().then(
        () => void begun.push(name),
        (error: Error) => void begun.push(error),
      );
    return { ...member, ready };
  });
  return { begun, members: members as [(typeof members)[0], (typeof members)[0], (typeof members)[0]] };
}

describe('the calls of one answer', () => {
  it('begin when all have passed their checks, in their order, however the checks end', async () => {
    const {
      begun,
      members: [a, b, c],
    } = batchOf(8);
    void c.ready();
    void a.ready();
    await settled();
    expect(begun).toEqual([]);
    void b.ready();
    await settled();
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('do not wait for one that waits for a person, or was refused', async () => {
    const {
      begun,
      members: [a, b, c],
    } = batchOf(8);
    void a.ready();
    b.left();
    c.left(new Error('denied'));
    await settled();
    expect(begun).toEqual(['a']);
  });

  it('are performed so many at a time, and one that then waits for a person makes room', async () => {
    const {
      begun,
      members: [a, b, c],
    } = batchOf(1);
    for (const each of [a, b, c]) void each.ready();
    await settled();
    expect(begun).toEqual(['a']);
    a.left();
    a.left();
    await settled();
    expect(begun).toEqual(['a', 'b']);
    b.left();
    await settled();
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('are not performed where the checks of one end the step', async () => {
    const {
      begun,
      members: [a, b, c],
    } = batchOf(8);
    void a.ready();
    void b.ready();
    c.left(fatal);
    await settled();
    expect(begun).toEqual([fatal, fatal]);
  });

  it('that have not begun are not, once one has ended the step', async () => {
    const {
      begun,
      members: [a, b, c],
    } = batchOf(1);
    for (const each of [a, b, c]) void each.ready();
    await settled();
    a.left(fatal);
    await settled();
    expect(begun).toEqual(['a', fatal, fatal]);
  });
});
