import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Orchestrator, Run, StepExecution } from 'nestjs-nestor';
import { Repository } from 'typeorm';
import type { RunView } from './answers.dto.js';

/** Reads runs from Nestor's tables, as ordinary entities. */
@Injectable()
export class RunsService {
  constructor(
    private readonly orchestrator: Orchestrator,
    @InjectRepository(Run) private readonly runs: Repository<Run>,
    @InjectRepository(StepExecution) private readonly steps: Repository<StepExecution>,
  ) {}

  async view(id: string): Promise<RunView> {
    // Tells whether the caller may see it, which a table does not.
    await this.orchestrator.handle(id).status();
    const run = await this.runs.findOneByOrFail({ id });
    const steps = await this.steps.find({ where: { runId: id }, order: { seq: 'ASC' } });
    return {
      id,
      workflow: run.workflow,
      status: run.status,
      startedBy: run.principal?.id ?? null,
      createdAt: run.createdAt,
      finishedAt: run.finishedAt,
      usage: run.usage,
      steps: steps.map(({ step, status, attempt, duration, actorKind, actorId }) => ({
        step,
        status,
        attempt,
        duration,
        by: `${actorKind}:${actorId}`,
      })),
    };
  }
}
