import { CronTime } from 'cron';
import { MetadataAccessor, type StartEveryMetadata } from '../../decorators/index.js';
import { errorMessage } from '../../errors/index.js';
import { readPrincipal } from '../../values/index.js';
import type { WorkflowCheck } from './check.js';

/** An expression and a time zone that exist; who the runs act for is a principal. */
export const checkTriggers: WorkflowCheck = ({ source }) => {
  const timed = MetadataAccessor.ofClass(source.type, 'nestjs-nestor:start-every') ?? [];
  const heard = MetadataAccessor.ofClass(source.type, 'nestjs-nestor:start-on') ?? [];
  return [
    ...timed.flatMap((trigger) => {
      const where = `${source.where}: @StartEvery('${trigger.cron}')`;
      const problem = problemOf(trigger);
      return [
        ...(problem === undefined ? [] : [`${where}: ${problem}`]),
        ...principalProblems(trigger.principal, `${where}: its principal`),
      ];
    }),
    ...heard.flatMap(({ event, principal }) =>
      typeof principal === 'function'
        ? []
        : principalProblems(principal, `${source.where}: @StartOn('${event}'): its principal`),
    ),
  ];
};

function principalProblems(principal: unknown, where: string): readonly string[] {
  if (principal === undefined) return [];
  try {
    void readPrincipal(principal, where);
    return [];
  } catch (error) {
    return [`${errorMessage(error)}.`];
  }
}

function problemOf({ cron, timeZone }: StartEveryMetadata): string | undefined {
  try {
    void new CronTime(cron, timeZone);
    return undefined;
  } catch (error) {
    const reason = errorMessage(error);
    return `${reason}. Write five fields, or six with seconds first: '0 7 * * *'; a time zone by its IANA name.`;
  }
}
