import { getMetadataStorage, IsOptional, ValidationTypes } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';

/** The code of the condition that `@IsOptional` sets, once it was asked for. */
let written: string | undefined;

/** Whether a condition is that of `@IsOptional`: class-validator names it from 0.14.2 on, and before its code tells. */
export function isOptionalCondition({ name, type, constraints }: ValidationMetadata): boolean {
  if (type !== ValidationTypes.CONDITIONAL_VALIDATION) return false;
  return (
    name === 'isOptional' || (name === undefined && String(constraints[0]) === (written ??= codeOfOptional()))
  );
}

function codeOfOptional(): string {
  class Sample {
    @IsOptional() property?: unknown;
  }
  const [condition] = getMetadataStorage().getTargetValidationMetadatas(Sample, '', true, false);
  return String(condition?.constraints[0]);
}
