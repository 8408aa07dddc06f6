/** An article that a search has found. */
export interface ArticleHit {
  readonly slug: string;
  readonly title: string;
  readonly body: string;
  /** Higher is better; comparable within one search only. */
  readonly rank: number;
}
