import { BadRequestException, type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { CurrentPrincipal } from 'nestjs-nestor';
import { principalOf } from '../identity/index.js';
import { RunsService } from './runs.service.js';

/** Lets only ids of existing runs through. A guard and not a pipe: Nest sends the head of an event stream before the pipes. */
@Injectable()
export class KnownRunGuard implements CanActivate {
  constructor(
    private readonly runs: RunsService,
    private readonly current: CurrentPrincipal,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { params } = context.switchToHttp().getRequest<{ params: { id: string } }>();
    if (!isUUID(params.id))
      throw new BadRequestException(`'${params.id}' is not an id of a run: it has to be a UUID.`);
    // Nestor's interceptor, which tells who calls, comes after the guards.
    await this.current.run(principalOf(context), () => this.runs.view(params.id));
    return true;
  }
}
