// What a cell with Fastify has as platform.ts.
export { FastifyAdapter as Adapter } from '@nestjs/platform-fastify';
