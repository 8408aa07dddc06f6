import { IsIn, IsOptional, IsPositive, IsString, MaxLength } from 'class-validator';

/** By how much the budget of a shop is raised until its window ends. */
export class BudgetRaiseDto {
  /** For the operator, who belongs to no shop. @default the caller's */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  shop?: string;

  @IsOptional()
  @IsPositive()
  usd?: number;

  @IsOptional()
  @IsPositive()
  tokens?: number;
}

/** What is stopped: one tool, agent, workflow or model of a shop; without any of them all of the shop. */
export class KillSwitchDto {
  /** For the operator, who belongs to no shop; `*` stops all. @default the caller's */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  shop?: string;

  @IsOptional()
  @IsIn(['tool', 'agent', 'workflow', 'model'])
  kind?: 'tool' | 'agent' | 'workflow' | 'model';

  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string;

  @IsString()
  @MaxLength(500)
  reason!: string;
}

/** The same with how it is stopped. */
export class SetKillSwitchDto extends KillSwitchDto {
  @IsIn(['stop', 'halt'])
  mode!: 'stop' | 'halt';
}
