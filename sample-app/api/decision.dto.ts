import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsHash,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  ValidateNested,
} from 'class-validator';

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

/** Whom a review is handed to. */
export class Delegation {
  /** Id of a colleague. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  to!: string;

  @IsOptional()
  @IsString()
  @MaxLength(2000)
  reason?: string;
}

/** A review as it was shown. */
export class SeenReviewDto {
  @IsUUID()
  id!: string;

  @IsHash('sha256')
  proposedHash!: string;
}

/** Many reviews that are decided alike. */
export class DecisionOfMany {
  @IsIn(['approve', 'reject'])
  choice!: 'approve' | 'reject';

  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => SeenReviewDto)
  reviews!: SeenReviewDto[];

  @IsOptional()
  @IsString()
  @MaxLength(2000)
  reason?: string;
}

/** For `edit` and `answer`: what to put in place of the proposal. */
export class DecisionWithValue extends Decision {
  @IsObject()
  value!: Record<string, unknown>;
}
