import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

/** What a case is opened with. */
export class OpenCase {
  @IsString()
  @MaxLength(40)
  topic!: string;

  @IsString()
  @MaxLength(500)
  summary!: string;

  /** Opening it twice with one key gives the same case. */
  @IsString()
  @IsNotEmpty()
  key!: string;
}

export class CloseCase {
  @IsString()
  @IsNotEmpty()
  key!: string;
}

/** A case by the number that customers get to see: `CASE-17`. */
export class CaseReference {
  @IsString()
  number!: string;
}
