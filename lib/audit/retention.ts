/** Lets finished runs go with all that belongs to them; one row with id, head hash and count of records stays behind. */
export abstract class Retention {
  /** Runs that had ended before that time, oldest first. @returns how many went */
  abstract expire(before: Date, limit: number): Promise<number>;
}
