import { BadRequestException, Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import {
  type ActiveSwitch,
  BudgetService,
  CurrentPrincipal,
  KillSwitchService,
  type KillSwitchTarget,
  type SharedBalance,
} from 'nestjs-nestor';
import { BudgetRaiseDto, KillSwitchDto, SetKillSwitchDto } from './limits.dto.js';

/** What a shop may still use, and stopping its work. Nestor decides who may: see `identity/access.ts`. */
@ApiTags('limits')
@ApiBearerAuth()
@Controller('limits')
export class LimitsController {
  constructor(
    private readonly budgets: BudgetService,
    private readonly killSwitch: KillSwitchService,
    private readonly current: CurrentPrincipal,
  ) {}

  /** What is used and left of the budgets of a shop. */
  @Get('budget')
  balance(@Query('shop') shop?: string): Promise<SharedBalance[]> {
    return this.budgets.balance({ tenant: this.shopOf(shop) });
  }

  /** More of it for today: runs that wait for it go on. */
  @Post('budget')
  @HttpCode(204)
  async raise(@Body() { shop, usd, tokens }: BudgetRaiseDto): Promise<void> {
    const more = { ...(usd === undefined ? {} : { usd }), ...(tokens === undefined ? {} : { tokens }) };
    await this.budgets.raise({ tenant: this.shopOf(shop) }, more);
  }

  /** What is stopped. */
  @Get('kill-switch')
  switches(): Promise<readonly ActiveSwitch[]> {
    return this.killSwitch.list();
  }

  /** Stops a shop, or a part of what it does. What is stopped waits. */
  @Post('kill-switch')
  @HttpCode(200)
  set(@Body() { mode, reason, ...target }: SetKillSwitchDto): Promise<ActiveSwitch> {
    return this.killSwitch.set(this.targetOf(target), { mode, reason });
  }

  /** Lets it go on. */
  @Delete('kill-switch')
  @HttpCode(204)
  async lift(@Body() { reason, ...target }: KillSwitchDto): Promise<void> {
    await this.killSwitch.lift(this.targetOf(target), { reason });
  }

  private targetOf({ shop, kind, name }: Omit<KillSwitchDto, 'reason'>): KillSwitchTarget {
    if (shop === '*' && kind === undefined) return { everything: true };
    const tenant = this.shopOf(shop);
    if (kind === undefined) return { tenant };
    // One of the kinds, with its name, is a target.
    return { [kind]: name ?? '', tenant } as unknown as KillSwitchTarget;
  }

  private shopOf(named: string | undefined): string {
    const shop = named ?? this.current.get()?.tenant;
    if (shop === undefined) throw new BadRequestException('Name a shop: you belong to none.');
    return shop;
  }
}
