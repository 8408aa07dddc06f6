import { IsEmail, IsNotEmpty, IsString, IsUUID, MaxLength } from 'class-validator';

export class Mail {
  @IsEmail()
  to!: string;

  @IsString()
  @MaxLength(300)
  subject!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(20_000)
  body!: string;
}

export class SentMail {
  @IsUUID()
  messageId!: string;
}
