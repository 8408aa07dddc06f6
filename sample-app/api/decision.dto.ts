import { IsHash, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';

/** What a reviewer may add to a decision. Who decides is the bearer of the token, and can't be said here. */
export class Decision {
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  reason?: string;

  /** `proposedHash` of the review that was shown: the decision is refused if something else is there by now. */
  @IsOptional()
  @IsHash('sha256')
  proposedHash?: string;
}

/** For `edit` and `answer`: what to put in place of the proposal. */
export class DecisionWithValue extends Decision {
  @IsObject()
  value!: Record<string, unknown>;
}
