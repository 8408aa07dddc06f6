import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { bearerTokens, BearerGuard } from './bearer.guard.js';
import { tokensFrom } from './tokens.js';

/** Every route asks for a bearer token. A real application has its own login here; Nestor only needs `principalOf`. */
@Module({
  providers: [
    { provide: bearerTokens, useFactory: () => tokensFrom(process.env) },
    { provide: APP_GUARD, useClass: BearerGuard },
  ],
})
export class IdentityModule {}
