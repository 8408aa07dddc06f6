/** What each level gives for a question of a customer. */
export interface Answer {
  readonly answer: string;
  /** URIs of the articles that were put before the model. */
  readonly sources?: readonly string[];
}
