import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { IsInt, IsString, Min } from 'class-validator';
import { From, HumanReview, Input, ModelService, Step, Tool, Workflow } from 'nestjs-nestor';

/** Who drives the host reads here what has happened, whichever process did it. */
function note(what: string): void {
  const { NOTES } = process.env;
  if (NOTES) appendFileSync(NOTES, `${what}\n`);
}

export class RefundDto {
  @IsString() order!: string;
  @IsInt() @Min(1) cents!: number;
  @IsString() reason!: string;
}

export class Receipt {
  @IsString() text!: string;
}

@Injectable()
export class Payments {
  @HumanReview({ roles: ['lead'] })
  @Tool({ description: 'Pays an amount back to a customer.', effect: 'irreversible', output: Receipt })
  async refund(refund: RefundDto): Promise<Receipt> {
    note('paid');
    return { text: `paid ${refund.cents} for ${refund.order}` };
  }
}

/** Made for each activation of a run, whose principal is in its request. */
@Injectable({ scope: Scope.REQUEST })
export class Customer {
  constructor(@Inject(REQUEST) private readonly request: { readonly principal?: { readonly id: string } }) {}

  get name(): string {
    return this.request.principal?.id ?? 'nobody';
  }
}

@Workflow({ budget: { usd: 0.5 } })
export class RefundWorkflow {
  static readonly input = RefundDto;

  constructor(
    private readonly models: ModelService,
    private readonly payments: Payments,
    private readonly customer: Customer,
  ) {}

  @Step()
  async assess(@Input() refund: RefundDto): Promise<string> {
    return (await this.models.generate({ prompt: `Is this justified? ${refund.reason}` })).text;
  }

  /** Takes as long as a file is there. */
  @Step()
  async reserve(@From('assess') assessment: string): Promise<string> {
    note('reserving');
    while (existsSync(process.env['HOLD'] ?? '')) await pause(20);
    return `${assessment} of ${this.customer.name}`;
  }

  @Step()
  async pay(@Input() refund: RefundDto, @From('reserve') reserved: string): Promise<string> {
    return `${(await this.payments.refund(refund)).text}: ${reserved}`;
  }
}
