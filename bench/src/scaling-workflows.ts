import { setTimeout as pause } from 'node:timers/promises';
import { From, Input, Step, Workflow } from 'nestjs-nestor';

/** How long a step waits for a model, in milliseconds. */
export const answer = 100;

async function askModel(value: string): Promise<string> {
  await pause(answer);
  return value;
}

/** Five steps that wait for somebody else, as those with a model do. */
@Workflow()
export class AskingWorkflow {
  @Step() one(@Input() value: string) {
    return askModel(value);
  }
  @Step() two(@From('one') value: string) {
    return askModel(value);
  }
  @Step() three(@From('two') value: string) {
    return askModel(value);
  }
  @Step() four(@From('three') value: string) {
    return askModel(value);
  }
  @Step() five(@From('four') value: string) {
    return askModel(value);
  }
}

/** Five steps that do nothing: what is measured is Nestor and the database. */
@Workflow()
export class BusyWorkflow {
  @Step() one(@Input() value: string) {
    return value;
  }
  @Step() two(@From('one') value: string) {
    return value;
  }
  @Step() three(@From('two') value: string) {
    return value;
  }
  @Step() four(@From('three') value: string) {
    return value;
  }
  @Step() five(@From('four') value: string) {
    return value;
  }
}
