import type { GuardrailDefinition, Verdict } from '../decorators/index.js';
import { type BuiltInOptions, define } from './built-in.options.js';
import { type ContentFilter, mapContent } from './content/content-map.js';
import { contentRuleAt } from './content/protocol.js';
import { atOnce, type Sliced, slicePerTurn } from './content/slices.js';
import { defaultPiiKinds, type PiiKind, piiIn } from './pii/find-pii.js';
import { replacePii } from './pii/replace-pii.js';

export interface PiiOptions extends Omit<BuiltInOptions, 'at'> {
  /** `redact`: `[EMAIL]`; `mask`: `a***@example.org`, `****0366`; `block`: the value does not pass. */
  readonly action: 'redact' | 'mask' | 'block';
  /** Where it applies. @default what goes to a model and what comes from it: `['model.request', 'model.response']` */
  readonly at?: BuiltInOptions['at'] | undefined;
  /** What it looks for. @default all but `'ip'`, since four numbers with dots may as well be a version */
  readonly kinds?: readonly PiiKind[] | undefined;
}

/**
 * Finds personal data in every text of a value, also in keys and in JSON that is inside of strings, and redacts, masks or
 * blocks it. Finds what can be told by its form: no names, no addresses. Ids, hashes, timestamps and versions are left
 * alone, and so are names and schemas of requests to models. Reads in slices: other work goes on meanwhile.
 *
 * @example
 * pii({ action: 'redact' })
 */
export function pii(options: PiiOptions): GuardrailDefinition {
  const { action, kinds = defaultPiiKinds, at = ['model.request', 'model.response'] } = options;
  return define('pii', { ...options, at }, async (subject, signal): Promise<Verdict> => {
    const filter = new PiiFilter(action, kinds);
    const changed = await slicePerTurn(mapContent(subject.value, contentRuleAt(subject.at), filter), signal);
    if (filter.counts.size === 0) return { verdict: 'allow' };
    const reason = `contains ${Array.from(filter.counts, ([kind, count]) => `${count} ${kind}`).join(', ')}`;
    return action === 'block'
      ? { verdict: 'block', reason }
      : { verdict: 'transform', value: changed, reason };
  });
}

/** Counts what it finds, and takes it out unless it is to be blocked. */
class PiiFilter implements ContentFilter {
  readonly counts = new Map<PiiKind, number>();

  constructor(
    private readonly action: PiiOptions['action'],
    private readonly kinds: readonly PiiKind[],
  ) {}

  *text(text: string, before: string): Sliced<string> {
    const found = yield* piiIn(text, this.kinds, before);
    for (const { kind } of found) this.count(kind);
    return this.action === 'block' ? text : replacePii(text, found, this.action);
  }

  /** A number stays a number, so that what reads the value can read it still: 0, or its last digits. */
  number(digits: string, before: string): number | undefined {
    const [match] = atOnce(piiIn(digits, this.kinds, before));
    if (match?.start !== 0 || match.end !== digits.length) return undefined;
    this.count(match.kind);
    if (this.action === 'block') return undefined;
    return this.action === 'mask' ? Number(digits.slice(-4)) : 0;
  }

  private count(kind: PiiKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }
}
