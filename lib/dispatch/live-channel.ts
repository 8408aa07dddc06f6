/** A way by which processes tell one another something at once. What is sent may be lost. */
export abstract class LiveChannel {
  /** Never throws, and waits for nobody. */
  abstract send(topic: string, text: string): void;
  /** `ready` is called when what is sent from then on is heard. The function given back ends it. */
  abstract listen(topic: string, listener: (text: string) => void, ready?: () => void): () => void;
}
