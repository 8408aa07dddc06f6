import type { RetrievedPassage } from '../../content/index.js';
import type { CitablePassage, GivenContext } from '../../models/index.js';
import type { LeftOut } from './fitting.js';

/** A part as it stands in the text. */
export interface ContextSection {
  /** Name of the part. */
  readonly part: string;
  /** With the lines that fence it. */
  readonly text: string;
  /** By estimate: a token for every three bytes. */
  readonly tokens: number;
}

/** What a model is given, and what it is not. */
export interface AssembledContext extends GivenContext {
  /** In the order of the parts; a part of which nothing is in has none. */
  readonly sections: readonly ContextSection[];
  /** By estimate: a token for every three bytes. */
  readonly tokens: number;
  /** In the order of the parts. */
  readonly leftOut: readonly LeftOut[];
}

/** Where something stands in the text, in characters. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** A context as it goes on record: each text once. */
export interface RecordedContext {
  readonly text: string;
  readonly sections: readonly (Omit<ContextSection, 'text'> & Place)[];
  readonly citations: readonly (Omit<CitablePassage, 'passage'> &
    Place & { readonly passage: Omit<RetrievedPassage, 'text'> })[];
  readonly tokens: number;
  readonly leftOut: readonly LeftOut[];
}

/** The context of which a record tells. */
export function assembledOf(recorded: RecordedContext): AssembledContext {
  const { text } = recorded;
  return {
    ...recorded,
    sections: recorded.sections.map(({ start, end, ...section }) => ({
      ...section,
      text: text.slice(start, end),
    })),
    citations: recorded.citations.map(({ start, end, passage, ...citation }) => ({
      ...citation,
      passage: { ...passage, text: text.slice(start, end) },
    })),
  };
}
