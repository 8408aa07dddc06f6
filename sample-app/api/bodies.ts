import {
  BadRequestException,
  type INestApplication,
  type PipeTransform,
  ValidationPipe,
} from '@nestjs/common';

/** Levels of a body. What reads it next calls itself for each of them, and would end in a stack overflow: a 500. */
const deepest = 100;

/** Only what fits its DTO gets to a controller. */
export function checkBodies(app: INestApplication): void {
  app.useGlobalPipes(
    new DepthPipe(),
    new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
  );
}

class DepthPipe implements PipeTransform {
  transform(value: unknown): unknown {
    let level = [value];
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > deepest)
        throw new BadRequestException(`The request is nested deeper than ${deepest} levels`);
      level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    }
    return value;
  }
}
