import { ArrayMaxSize, IsArray, IsNotEmpty, IsNumber, IsString, Max, MaxLength, Min } from 'class-validator';

/** A reply that has not been sent yet. */
export class Draft {
  @IsString()
  @MaxLength(300)
  subject!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(20_000)
  body!: string;

  /** Slugs of the articles that it rests on. */
  @IsArray()
  @IsString({ each: true })
  @ArrayMaxSize(10)
  sources!: string[];

  /** How completely the articles answer what was asked. */
  @IsNumber()
  @Min(0)
  @Max(1)
  confidence!: number;
}
