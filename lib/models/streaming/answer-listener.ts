/** Listens to a streamed answer. `restart`: the attempt broke, what was heard of this answer is void. */
export interface AnswerListener {
  text(text: string): void;
  /** What the model thinks, where its vendor shows it. */
  reasoning?(text: string): void;
  restart(): void;
}
