import { evidenceFor } from '../evidence.js';
import { stemsOf } from '../text.js';
import { type ChatMove, call } from './chat-move.js';
import type { ChatView } from './chat-view.js';

const aboutMoney = /\b(refund|money|invoice|paid|payment|mb-\d)/;

/** Answers with sentences of the help pages; asks for the browser first where it is about the dashboard. */
export function technical(view: ChatView): ChatMove {
  if (view.says(aboutMoney)) return call('transfer_to_triage', { reason: 'an order or a payment' });
  const browser = view.result('browserDetails');
  if (view.says(/\b(dashboard|browser|page|seite)/) && !browser) return call('browserDetails');
  const found = view.result('findHelp');
  if (!found) return call('findHelp', { words: wordsOf(view.said) });
  const quoted = quotedFrom(found.text, view.said);
  const seen = browser && !browser.failed ? ` ${browserIn(browser.text)}` : '';
  if (quoted === undefined) return { say: `Our help pages say nothing about that.${seen} Tell me more.` };
  return { say: `${quoted}${seen}` };
}

/** The most telling sentences of what was found. */
export function quotedFrom(pages: string, question: string): string | undefined {
  const articles = pages.split(/^(?=# )/m).map((page, index) => {
    const path = (/^# (.*)/.exec(page)?.[1] ?? '').split(' › ');
    return {
      mark: index + 1,
      title: path[0] ?? '',
      heading: path.at(-1) ?? '',
      text: page.replace(/^# .*\n/, ''),
    };
  });
  const [best] = evidenceFor(new Map(stemsOf(question).map((stem) => [stem, 1])), articles);
  return best?.sentences.slice(0, 2).join(' ');
}

/** English words to look up, the longest first. */
export function wordsOf(text: string): string {
  return (
    [...new Set(stemsOf(text))]
      .toSorted((a, b) => b.length - a.length)
      .slice(0, 5)
      .join(' ') || 'help'
  );
}

function browserIn(details: string): string {
  // What the tool gives, as the application declares it.
  const { browser, timeZone } = JSON.parse(details) as { browser: string; timeZone: string };
  return `(You use ${browser}, in the time zone ${timeZone}.)`;
}
