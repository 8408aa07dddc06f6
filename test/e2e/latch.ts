/** A door between a test and the steps of a workflow: closed until somebody opens it. */
export class Latch<T = void> {
  readonly opened: Promise<T>;
  private resolve!: (value: T) => void;

  constructor() {
    this.opened = new Promise((resolve) => (this.resolve = resolve));
  }

  open(value: T): void {
    this.resolve(value);
  }
}

/** Opens for all once that many have arrived. Those who come one by one never get through. */
export class Meeting {
  private readonly door = new Latch();
  private missing: number;

  constructor(size: number) {
    this.missing = size;
  }

  arrive(): Promise<void> {
    this.missing -= 1;
    if (this.missing === 0) this.door.open();
    return this.door.opened;
  }
}
