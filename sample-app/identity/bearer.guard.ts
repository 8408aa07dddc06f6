import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
  UnauthorizedException,
} from '@nestjs/common';
import type { Principal } from 'nestjs-nestor';
import { principals } from './principal-of.js';

/** Injection token of the map from bearer token to principal. */
export const bearerTokens = Symbol('bearer tokens');

const isPublic = 'sample:public';

/** For everybody: a controller that holds no data. */
export const Public = () => SetMetadata(isPublic, true);

/** Lets in who brings a known bearer token, and remembers who that is. */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(@Inject(bearerTokens) private readonly tokens: ReadonlyMap<string, Principal>) {}

  canActivate(context: ExecutionContext): boolean {
    if (Reflect.getMetadata(isPublic, context.getClass()) === true) return true;
    const request = context.switchToHttp().getRequest<{ headers: { authorization?: string } }>();
    const [scheme, token = ''] = request.headers.authorization?.split(' ') ?? [];
    const principal = scheme?.toLowerCase() === 'bearer' ? this.tokens.get(token) : undefined;
    if (!principal) {
      throw new UnauthorizedException(
        'Send a known token: "Authorization: Bearer <token>"; see the start of the log.',
      );
    }
    principals.set(request, principal);
    return true;
  }
}
