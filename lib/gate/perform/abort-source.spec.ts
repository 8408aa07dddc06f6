import { describe, expect, it } from '@jest/globals';
import { AbortSource } from './abort-source.js';

const heardBy = (signal: AbortSignal, heard: unknown[]) =>
  signal.addEventListener('abort', () => heard.push(signal.reason));

describe('the signal of an attempt', () => {
  it('tells all who have asked for it, at whatever time, and has the reason for who asks afterwards', () => {
    const source = new AbortSource();
    const heard: unknown[] = [];
    heardBy(source.signal, heard);
    heardBy(source.signal, heard);
    expect(source.signal).toBe(source.signal);
    expect(source.signal.aborted).toBe(false);
    source.abort('late');
    expect(heard).toEqual(['late', 'late']);
    expect(source.signal).toMatchObject({ aborted: true, reason: 'late' });
  });

  it('is aborted where it is asked for only afterwards', () => {
    const source = new AbortSource();
    source.abort('early');
    expect(source.signal).toMatchObject({ aborted: true, reason: 'early' });
  });

  it('keeps the first reason, and tells it once', () => {
    const source = new AbortSource();
    const heard: string[] = [];
    source.listen(() => heard.push('told'));
    source.abort('first');
    source.abort('second');
    expect(source).toMatchObject({ aborted: true, reason: 'first' });
    expect(source.signal.reason).toBe('first');
    expect(heard).toEqual(['told']);
    expect(() => source.throwIfAborted()).toThrow('first');
  });

  it('tells who listens too late at once, and who has stopped listening never', () => {
    const source = new AbortSource();
    const heard: string[] = [];
    const stop = source.listen(() => heard.push('stopped'));
    source.listen(() => heard.push('listening'));
    stop();
    // A second time changes nothing for the others.
    stop();
    source.throwIfAborted();
    source.abort('x');
    source.listen(() => heard.push('late'))();
    expect(heard).toEqual(['listening', 'late']);
  });
});
