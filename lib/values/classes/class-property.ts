import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import type { ClassSchema } from './class-schema.js';

/** One property that class-validator knows something about, its own or inherited. */
export interface ClassProperty {
  /** In the class. */
  readonly key: string;
  /** In what is passed in: `@Expose({ name })`. */
  readonly name: string;
  readonly metadata: readonly ValidationMetadata[];
}

/** Those that may be passed in. */
export function propertiesOf(schema: ClassSchema): readonly ClassProperty[] {
  const all = getMetadataStorage().getTargetValidationMetadatas(schema, '', true, false);
  const keys = [...new Set(all.map(({ propertyName }) => propertyName))];
  return keys.flatMap((key) => {
    const excluded = defaultMetadataStorage.findExcludeMetadata(schema, key);
    if (excluded && !excluded.options.toPlainOnly) return [];
    const exposed = defaultMetadataStorage.findExposeMetadata(schema, key);
    const name = exposed && !exposed.options.toPlainOnly ? (exposed.options.name ?? key) : key;
    return [{ key, name, metadata: all.filter(({ propertyName }) => propertyName === key) }];
  });
}
