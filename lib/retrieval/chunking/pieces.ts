import type { Block } from './block.js';
import { charactersOf, sentencesOf, wordsOf } from './sentences.js';

/** How long a text is. */
export type Measure = (text: string) => number;

/** Cuts a block into pieces that are at most so long, at the best places there are: none is longer, and nothing is left out. */
export function piecesOf({ kind, text }: Block, most: number, measure: Measure): string[] {
  if (measure(text) <= most) return [text];
  switch (kind) {
    case 'prose':
      return cutProse(text, most, measure);
    case 'list':
      return packed(itemsOf(text), '\n', most, measure).flatMap((piece) => cutProse(piece, most, measure));
    case 'code':
      return cutCode(text, most, measure);
    case 'table':
      return cutTable(text, most, measure);
  }
}

/** At sentences, else at words, else anywhere. */
function cutProse(text: string, most: number, measure: Measure): string[] {
  if (measure(text) <= most) return [text];
  return packed(finer(sentencesOf(text), [wordsOf, ...anywhere], most, measure), '', most, measure)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
}

type Cut = (text: string) => string[];

/** Parts, of which those that are too long are cut further: by the first cut, and what is still too long by those after it. */
function finer(
  parts: readonly string[],
  [cut, ...further]: readonly Cut[],
  most: number,
  measure: Measure,
): string[] {
  return parts.flatMap((part) =>
    cut === undefined || measure(part) <= most ? [part] : finer(cut(part), further, most, measure),
  );
}

/** A character as people see it may be long, too. */
const anywhere: readonly Cut[] = [charactersOf, (text) => [...text]];

/** As many parts as fit, one after the other, to one piece. */
function packed(parts: readonly string[], between: string, most: number, measure: Measure): string[] {
  const pieces: string[] = [];
  for (const part of parts) {
    const last = pieces.at(-1);
    const together = last === undefined ? undefined : `${last}${between}${part}`;
    if (together !== undefined && measure(together) <= most) pieces[pieces.length - 1] = together;
    else pieces.push(part);
  }
  return pieces;
}

/** An item with what is indented below it. */
function itemsOf(text: string): string[] {
  const items: string[][] = [];
  for (const line of text.split('\n')) {
    const last = items.at(-1);
    if (last === undefined || /^(?:[-*+]|\d{1,9}[.)])[ \t]+/.test(line)) items.push([line]);
    else last.push(line);
  }
  return items.map((lines) => lines.join('\n').trimEnd());
}

/** At lines. Each piece is fenced as the whole was. */
function cutCode(text: string, most: number, measure: Measure): string[] {
  const [opening = '```', ...rest] = text.split('\n');
  const closing = /^ {0,3}(`{3,}|~{3,})/.exec(opening)?.[1] ?? '```';
  const lines = rest.at(-1)?.trim() === closing ? rest.slice(0, -1) : rest;
  const fenced = (code: string): string => `${opening}\n${code}\n${closing}`;
  const measured: Measure = (code) => measure(fenced(code));
  // The fence itself has no room: then it is text.
  if (measured('') > most / 2) return cutProse(text, most, measure);
  return packed(finer(lines, anywhere, most, measured), '\n', most, measured).map(fenced);
}

/** At rows. Each piece has the head of the table. */
function cutTable(text: string, most: number, measure: Measure): string[] {
  const [head = '', rule = '', ...rows] = text.split('\n');
  const isHeaded = /^[\s|:-]+$/.test(rule);
  const top = isHeaded ? `${head}\n${rule}\n` : '';
  const all = isHeaded ? rows : text.split('\n');
  const measured: Measure = (part) => measure(`${top}${part}`);
  if (measured('') > most / 2 || all.some((row) => measured(row) > most))
    return cutProse(text, most, measure);
  return packed(all, '\n', most, measured).map((part) => `${top}${part}`);
}
