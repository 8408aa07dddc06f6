import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  Optional,
} from '@nestjs/common';
import { from, mergeMap, Observable } from 'rxjs';
import { CurrentPrincipal } from '../scope/index.js';
import { type Principal, readPrincipal } from '../values/index.js';
import { PRINCIPAL_FUNCTION, type PrincipalFunction } from './principal-function.js';

/** Runs every handler of the host on behalf of its caller. Does nothing unless the module has a `principal` option. */
@Injectable()
export class PrincipalInterceptor implements NestInterceptor {
  constructor(
    private readonly current: CurrentPrincipal,
    @Optional() @Inject(PRINCIPAL_FUNCTION) private readonly principalOf?: PrincipalFunction,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { principalOf } = this;
    if (!principalOf) return next.handle();
    const asking = async () => {
      const answer = await principalOf(context);
      return answer && readPrincipal(answer, `The answer of the module's principal function`);
    };
    return from(asking()).pipe(mergeMap((principal) => this.onBehalfOf(principal, next)));
  }

  /** Both the call and the subscription happen inside: Nest starts the handler with one, streams continue with the other. */
  private onBehalfOf(principal: Principal | undefined, next: CallHandler): Observable<unknown> {
    return new Observable((subscriber) =>
      this.current.run(principal, () => next.handle().subscribe(subscriber)),
    );
  }
}
