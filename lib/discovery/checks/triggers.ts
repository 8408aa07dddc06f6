import { CronTime } from 'cron';
import { MetadataAccessor, type StartEveryMetadata } from '../../decorators/index.js';
import type { WorkflowCheck } from './check.js';

/** `@StartEvery`: an expression and a time zone that exist. */
export const checkTriggers: WorkflowCheck = ({ source }) => {
  const triggers = MetadataAccessor.ofClass(source.type, 'nestjs-nestor:start-every') ?? [];
  return triggers.flatMap((trigger) => {
    const problem = problemOf(trigger);
    return problem === undefined ? [] : [`${source.where}: @StartEvery('${trigger.cron}'): ${problem}`];
  });
};

function problemOf({ cron, timeZone }: StartEveryMetadata): string | undefined {
  try {
    void new CronTime(cron, timeZone);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `${reason}. Write five fields, or six with seconds first: '0 7 * * *'; a time zone by its IANA name.`;
  }
}
