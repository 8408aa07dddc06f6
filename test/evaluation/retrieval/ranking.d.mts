export interface Question {
  readonly kind: string;
  readonly question: string;
  readonly relevant: readonly string[];
}
export interface Answered {
  readonly question: Question;
  readonly found: readonly string[];
}
export interface Quality {
  readonly questions: number;
  readonly recall: number;
  readonly ndcg: number;
}
export const kinds: readonly string[];
export function labelledQuestions(): readonly Question[];
export function halves(questions: readonly Question[]): {
  readonly tuning: readonly Question[];
  readonly reported: readonly Question[];
};
export function recallAt(found: readonly string[], relevant: readonly string[], limit: number): number;
export function ndcgAt(found: readonly string[], relevant: readonly string[], limit: number): number;
export function quality(answered: readonly Answered[]): Quality;
export function documentsOf(
  passages: readonly { readonly source: { readonly uri: string } }[],
): readonly string[];
