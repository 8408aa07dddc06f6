const now = Date.now.bind(Date);
let shift = 0;

/** Moves the wall clock of this process, as a wrong setting or a jump of the time service would. Milliseconds. */
export function shiftClock(by: number): void {
  shift += by;
}

/** What the time really is. */
export function trueTime(): number {
  return now();
}

globalThis.Date = new Proxy(Date, {
  // `new Date()` is the time of the process; with arguments it is whatever they say.
  construct: (target, given: readonly unknown[], self) =>
    Reflect.construct(target, given.length === 0 ? [now() + shift] : given, self) as object,
  get: (target, name, receiver) => {
    if (name === 'now') return () => now() + shift;
    return Reflect.get(target, name, receiver) as unknown;
  },
});
