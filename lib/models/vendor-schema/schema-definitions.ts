import { vendorName } from '../../text/index.js';
import { type JsonValue, resolveReference, type SchemaNode } from '../../values/index.js';
import { NotExpressible } from './not-expressible.js';
import type { SchemaDialect } from './schema-dialect.js';

/** What references lead to, converted once each and put under `$defs`, wherever in the document it stood. */
export class SchemaDefinitions {
  private readonly names = new Map<JsonValue, string>();
  private readonly converted = new Map<string, SchemaNode>();

  constructor(
    private readonly root: SchemaNode,
    private readonly dialect: SchemaDialect,
    private readonly convert: (schema: JsonValue) => SchemaNode,
  ) {}

  /** @throws {NotExpressible} if the reference leads nowhere, or the dialect has no schemas that contain themselves. */
  reference(reference: string): SchemaNode {
    const target = resolveReference(this.root, reference);
    if (target === undefined) throw new NotExpressible();
    if (target === this.root) {
      if (!this.dialect.recursion) throw new NotExpressible();
      return { $ref: '#' };
    }
    const known = this.names.get(target);
    if (known !== undefined) {
      // Not converted yet: it contains itself.
      if (!this.converted.has(known) && !this.dialect.recursion) throw new NotExpressible();
      return { $ref: `#/$defs/${known}` };
    }
    const name = this.freeName(reference);
    this.names.set(target, name);
    this.converted.set(name, this.convert(target));
    return { $ref: `#/$defs/${name}` };
  }

  /** `$defs`, if there are any. @throws {NotExpressible} if definitions only refer to one another. */
  keyword(): SchemaNode {
    for (const name of this.converted.keys()) this.rejectEmptyCircle(name);
    return this.converted.size === 0 ? {} : { $defs: Object.fromEntries(this.converted) };
  }

  private freeName(reference: string): string {
    const last = reference.slice(reference.lastIndexOf('/') + 1);
    const plain = vendorName(last);
    const taken = new Set(this.names.values());
    for (let number = 1; ; number++) {
      const name = number === 1 ? plain : `${plain}${number}`;
      if (!taken.has(name)) return name;
    }
  }

  private rejectEmptyCircle(name: string): void {
    const seen = new Set<JsonValue>();
    let reference: JsonValue | undefined = `#/$defs/${name}`;
    while (typeof reference === 'string') {
      if (seen.has(reference)) throw new NotExpressible();
      seen.add(reference);
      reference = this.converted.get(reference.slice('#/$defs/'.length))?.['$ref'];
    }
  }
}
