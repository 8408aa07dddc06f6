import { Controller, Get, type MessageEvent, Param, Sse, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { AuditService, Orchestrator } from 'nestjs-nestor';
import { map, type Observable } from 'rxjs';
import { RunView } from './answers.dto.js';
import { KnownRunGuard } from './known-run.guard.js';
import { RunsService } from './runs.service.js';

@ApiTags('runs')
@ApiBearerAuth()
@Controller('runs')
@UseGuards(KnownRunGuard)
export class RunsController {
  constructor(
    private readonly runs: RunsService,
    private readonly audit: AuditService,
    private readonly orchestrator: Orchestrator,
  ) {}

  /** The state of a run. */
  @Get(':id')
  view(@Param('id') id: string): Promise<RunView> {
    return this.runs.view(id);
  }

  /** Everything that happened, who or what decided it, and whether the chain of records is whole. */
  @Get(':id/timeline')
  async timeline(@Param('id') id: string): Promise<object> {
    const [timeline, verification] = await Promise.all([this.audit.timeline(id), this.audit.verify(id)]);
    return { timeline, verification };
  }

  /** The records so far, then each as it is written, and progress in between (server-sent events); ends with the run. */
  @Sse(':id/events')
  events(@Param('id') id: string): Observable<MessageEvent> {
    const events = this.orchestrator.handle(id).events();
    return events.pipe(map((event) => ({ type: event.type, data: event })));
  }
}
