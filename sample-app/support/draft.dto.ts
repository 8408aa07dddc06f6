import { ArrayMaxSize, IsArray, IsNotEmpty, IsNumber, IsString, Max, MaxLength, Min } from 'class-validator';

/** A reply as a model writes it, with marks of the passages that it rests on: `[1]`. */
export class Reply {
  @IsString()
  @MaxLength(300)
  subject!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(20_000)
  body!: string;

  /** How completely the passages answer what was asked. */
  @IsNumber()
  @Min(0)
  @Max(1)
  confidence!: number;
}

/** A reply that has not been sent yet. */
export class Draft extends Reply {
  /** Slugs of the articles that it cites. */
  @IsArray()
  @IsString({ each: true })
  @ArrayMaxSize(10)
  sources!: string[];
}
