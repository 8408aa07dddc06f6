/**
 * How well lists of documents answer questions.
 *
 * @typedef {{ kind: string, question: string, relevant: readonly string[] }} Question
 * @typedef {{ question: Question, found: readonly string[] }} Answered
 * @typedef {{ questions: number, recall: number, ndcg: number }} Quality
 */
import { readFileSync } from 'node:fs';

/** Kinds of questions, in the order of the table. `none`: no article answers it. */
export const kinds = ['plain', 'paraphrase', 'misspelt', 'other'];

/** @returns {readonly Question[]} */
export function labelledQuestions() {
  const file = readFileSync(new URL('./questions.jsonl', import.meta.url), 'utf8');
  return file
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** One half is for choosing settings, the other for reporting: every other question of each kind. */
export function halves(questions) {
  const seen = new Map();
  const [tuning, reported] = [[], []];
  for (const question of questions) {
    const count = seen.get(question.kind) ?? 0;
    seen.set(question.kind, count + 1);
    (count % 2 === 0 ? tuning : reported).push(question);
  }
  return { tuning, reported };
}

/** Which part of the relevant documents is among the first. */
export function recallAt(found, relevant, limit) {
  const first = new Set(found.slice(0, limit));
  return relevant.filter((id) => first.has(id)).length / relevant.length;
}

/**
 * Normalised discounted cumulated gain (Järvelin, Kekäläinen, ACM TOIS 2002): the first relevant document is worth 2, the others 1, each by
 * the logarithm of its place; 1 for the best order that there is.
 */
export function ndcgAt(found, relevant, limit) {
  const gain = (id) => (id === relevant[0] ? 2 : relevant.includes(id) ? 1 : 0);
  const gained = (ids) =>
    ids.slice(0, limit).reduce((sum, id, index) => sum + gain(id) / Math.log2(index + 2), 0);
  return gained(found) / gained(relevant);
}

/** @param {readonly Answered[]} answered @returns {Quality} */
export function quality(answered) {
  const mean = (measure) => answered.reduce((sum, each) => sum + measure(each), 0) / answered.length;
  return {
    questions: answered.length,
    recall: mean(({ found, question }) => recallAt(found, question.relevant, 5)),
    ndcg: mean(({ found, question }) => ndcgAt(found, question.relevant, 10)),
  };
}

/** The same documents, each once, where its first chunk stands. */
export function documentsOf(passages) {
  return [...new Set(passages.map(({ source }) => source.uri))];
}
