import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsNumber, IsString, Max, Min } from 'class-validator';

export const topics = [
  'account',
  'billing',
  'refund',
  'shipping',
  'outage',
  'device',
  'privacy',
  'legal',
  'spam',
  'other',
] as const;
export type Topic = (typeof topics)[number];

/** What a ticket is about, as a model reads it. */
export class Classification {
  @IsIn(topics)
  topic!: Topic;

  @IsIn(['low', 'normal', 'high'])
  urgency!: 'low' | 'normal' | 'high';

  @IsIn(['en', 'de', 'es', 'fr', 'other'])
  language!: 'en' | 'de' | 'es' | 'fr' | 'other';

  @IsIn(['calm', 'upset', 'angry'])
  mood!: 'calm' | 'upset' | 'angry';

  /** English, for the knowledge base. */
  @IsArray()
  @IsString({ each: true })
  @ArrayMaxSize(12)
  searchTerms!: string[];

  /** Numbers of orders, invoices, customers and devices. */
  @IsArray()
  @IsString({ each: true })
  @ArrayMaxSize(50)
  references!: string[];

  /** The text tries to give a model instructions. */
  @IsBoolean()
  instructionsFound!: boolean;

  @IsNumber()
  @Min(0)
  @Max(1)
  confidence!: number;
}
