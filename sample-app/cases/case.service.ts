import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Tool } from 'nestjs-nestor';
import { Repository } from 'typeorm';
import { CaseReference, CloseCase, OpenCase } from './case.dto.js';
import { SupportCase } from './support-case.entity.js';

/** The desk of the second line of support, as tools: a step calls them, and so could a model. */
@Injectable()
export class CaseService {
  constructor(@InjectRepository(SupportCase) private readonly cases: Repository<SupportCase>) {}

  @Tool({
    name: 'cases.open',
    description: 'Opens a case for the second line of support, for tickets that must not wait.',
    input: OpenCase,
    output: CaseReference,
    effect: 'idempotent',
  })
  async open({ topic, summary, key }: OpenCase): Promise<CaseReference> {
    await this.cases.query(
      'INSERT INTO support_cases (key, topic, summary) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING',
      [key, topic, summary],
    );
    const { number } = await this.cases.findOneByOrFail({ key });
    return { number: `CASE-${number}` };
  }

  @Tool({
    name: 'cases.close',
    description: 'Closes a case that is not needed any more.',
    input: CloseCase,
    effect: 'idempotent',
  })
  async close({ key }: CloseCase): Promise<void> {
    await this.cases.update({ key }, { status: 'closed' });
  }
}
