import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsEmail,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

export class Line {
  @IsString()
  @MaxLength(40)
  sku!: string;

  @IsInt()
  @Min(1)
  quantity!: number;

  label(): string {
    return `${this.quantity} × ${this.sku}`;
  }
}

export class Order {
  @IsEmail()
  email!: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines!: Line[];

  @IsOptional()
  @ValidateNested()
  @Type(() => Line)
  gift?: Line;

  @IsOptional()
  @IsIn(['low', 'high'])
  urgency?: 'low' | 'high' = 'low';
}

export class Rated extends Order {
  @IsNumber()
  @Min(0)
  @Max(1)
  confidence!: number;
}

export class Category {
  @IsString()
  name!: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Category)
  children!: Category[];
}

/** Without any rule. */
export class Note {
  text!: string;
  shout(): string {
    return this.text.toUpperCase();
  }
}
