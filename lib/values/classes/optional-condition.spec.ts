import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage, IsOptional, IsString, ValidateIf } from 'class-validator';
import { isOptionalCondition } from './optional-condition.js';

/** As class-validator 0.14.1 notes it: without a name. */
function unnamed(decorate: PropertyDecorator) {
  class Holder {}
  decorate(Holder.prototype, 'p');
  const [metadata] = getMetadataStorage().getTargetValidationMetadatas(Holder, '', true, false);
  if (!metadata) throw new Error('the decorator has noted nothing');
  return Object.assign(metadata, { name: undefined });
}

describe('the condition of @IsOptional', () => {
  it('is known in every version of class-validator, and no other is taken for it', () => {
    expect(isOptionalCondition(unnamed(IsOptional()))).toBe(true);
    expect(isOptionalCondition(unnamed(ValidateIf(() => true)))).toBe(false);
    expect(isOptionalCondition(unnamed(IsString()))).toBe(false);
  });
});
