/** Who waits in a line. */
export interface Place {
  /** Undefined: of no tenant, which counts as one. */
  readonly tenant: string | undefined;
  /** It has waited before, and comes before those of its tenant that have not. */
  readonly hasWaited: boolean;
  /** Whether it may be sent away. */
  mayLeave(): boolean;
}

/**
 * Who waits for the slots of one limit, in this process: tenants take turns, and within a tenant those who came first. Short, since
 * those who wait in it keep a run in the process.
 */
export class Line<P extends Place> {
  /** The tenant whose turn it is first. */
  private tenants: { readonly tenant: string | undefined; readonly places: P[] }[] = [];

  /** @param capacity how many may wait, besides those that may not be sent away */
  constructor(private readonly capacity: number) {}

  get length(): number {
    return this.tenants.reduce((sum, { places }) => sum + places.length, 0);
  }

  /**
   * Takes somebody in. Where it is full, one of the tenant that has most in it has to leave: the last of them.
   * @returns who has to leave, perhaps who has just come
   */
  join(place: P): P | undefined {
    const { places } = this.ofTenant(place.tenant);
    const later = place.hasWaited ? places.findIndex(({ hasWaited }) => !hasWaited) : -1;
    places.splice(later < 0 ? places.length : later, 0, place);
    const tooMany = this.length > this.capacity ? this.lastOfMost(place.tenant) : undefined;
    if (tooMany) this.leave(tooMany);
    return tooMany;
  }

  /** Takes out whose turn it is; the next turn is that of another tenant. */
  next(): P | undefined {
    const [first, ...others] = this.tenants;
    const place = first?.places.shift();
    if (first) this.tenants = first.places.length > 0 ? [...others, first] : others;
    return place;
  }

  /** Whose turn came to nothing has it again, before all others. */
  putBack(place: P): void {
    const known = this.tenants.find(({ tenant }) => tenant === place.tenant);
    known?.places.unshift(place);
    const own = known ?? { tenant: place.tenant, places: [place] };
    this.tenants = [own, ...this.tenants.filter((one) => one !== own)];
  }

  leave(place: P): void {
    this.tenants = this.tenants.flatMap(({ tenant, places }) => {
      const others = places.filter((one) => one !== place);
      return others.length > 0 ? [{ tenant, places: others }] : [];
    });
  }

  /** Everybody who may be sent away. */
  leaving(): readonly P[] {
    return this.tenants.flatMap(({ places }) => places.filter((place) => place.mayLeave()));
  }

  private ofTenant(tenant: string | undefined) {
    const known = this.tenants.find((one) => one.tenant === tenant);
    if (known) return known;
    const added = { tenant, places: [] as P[] };
    this.tenants.push(added);
    return added;
  }

  /** @param newcomer the tenant that is preferred among those that have as many */
  private lastOfMost(newcomer: string | undefined): P | undefined {
    const leaving = this.tenants
      .map(({ tenant, places }) => ({ tenant, places: places.filter((place) => place.mayLeave()) }))
      .filter(({ places }) => places.length > 0);
    const most = Math.max(...leaving.map(({ places }) => places.length));
    const largest = leaving.filter(({ places }) => places.length === most);
    const chosen = largest.find(({ tenant }) => tenant === newcomer) ?? largest.at(-1);
    return chosen?.places.at(-1);
  }
}
