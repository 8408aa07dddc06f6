import type { AuditRecord } from 'nestjs-nestor';
import { print, styled, table } from './terminal.js';

/** What became of a draft that was made with a version of a prompt. */
export interface DraftOutcome {
  readonly version: string;
  readonly sources: number;
  readonly confidence: number;
  /** Tokens that the model has written. */
  readonly tokens: number;
  /** What a person has said to it; undefined where nobody had to look. */
  readonly choice: string | undefined;
}

/** The drafts of a run, the repeated ones as well, in their order. Everything comes from the journal. */
export function draftsOf(records: readonly AuditRecord[]): DraftOutcome[] {
  const drafts: DraftOutcome[] = [];
  for (const { type, step, payload } of records) {
    if (step !== 'draft') continue;
    const facts = (payload ?? {}) as DraftFacts;
    if (
      type === 'call.completed' &&
      facts.kind === 'model' &&
      facts.arguments?.templateVersion !== undefined
    ) {
      const { body = '', confidence = 0 } = facts.result?.text ? (JSON.parse(facts.result.text) as Told) : {};
      drafts.push({
        version: facts.arguments.templateVersion,
        sources: new Set(body.match(/\[\d+\]/g)).size,
        confidence,
        tokens: facts.usage?.outputTokens ?? 0,
        choice: undefined,
      });
    }
    const last = drafts.at(-1);
    if (type === 'review.decided' && last) drafts[drafts.length - 1] = { ...last, choice: facts.choice };
  }
  return drafts;
}

interface DraftFacts {
  readonly kind?: string;
  readonly arguments?: { readonly templateVersion?: string };
  readonly result?: { readonly text?: string };
  readonly usage?: { readonly outputTokens: number };
  readonly choice?: string;
}

interface Told {
  readonly body?: string;
  readonly confidence?: number;
}

const head = [
  'draft prompt',
  'drafts',
  'sent without a person',
  'approved',
  'changed',
  'rejected',
  'confidence',
  'sources',
  'tokens',
];

/** One line for each version. */
export function printPromptOutcomes(drafts: readonly DraftOutcome[]): void {
  const versions = [...new Set(drafts.map(({ version }) => version))].toSorted();
  const rows = versions.map((version) => {
    const own = drafts.filter((draft) => draft.version === version);
    const chosen = (...choices: (string | undefined)[]) =>
      `${own.filter(({ choice }) => choices.includes(choice)).length}`;
    return [
      `version ${version}`,
      `${own.length}`,
      chosen(undefined),
      chosen('approve'),
      chosen('edit', 'answer'),
      chosen('reject'),
      mean(own.map(({ confidence }) => confidence)).toFixed(2),
      mean(own.map(({ sources }) => sources)).toFixed(1),
      mean(own.map(({ tokens }) => tokens)).toFixed(0),
    ];
  });
  const [titles = '', ...lines] = table(head, rows);
  print(styled(titles, 'bold'));
  for (const line of lines) print(line);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
