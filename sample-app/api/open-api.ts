import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** Serves the OpenAPI document at `/docs` (for people) and `/docs-json` (for programs). */
export function serveOpenApi(app: INestApplication): void {
  const description =
    'Customer support with Nestor. Authorize with a bearer token; a support-lead decides about reviews.';
  const config = new DocumentBuilder()
    .setTitle('Mossbell support')
    .setDescription(description)
    .setVersion('1')
    .addBearerAuth()
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config));
}
