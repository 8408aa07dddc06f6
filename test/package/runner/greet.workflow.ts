import { Injectable } from '@nestjs/common';
import { From, Input, ModelService, Step, Workflow } from 'nestjs-nestor';

@Injectable()
export class Titles {
  of(name: string): string {
    return `Dr ${name}`;
  }
}

/** What is injected is found by the types of the constructor: a runner that drops them fails here. */
@Workflow()
export class GreetWorkflow {
  constructor(
    private readonly models: ModelService,
    private readonly titles: Titles,
  ) {}

  @Step()
  async write(@Input() name: string): Promise<string> {
    return (await this.models.generate({ prompt: `Greet ${this.titles.of(name)}` })).text;
  }

  @Step()
  shout(@From('write') text: string): string {
    return text.toUpperCase();
  }
}
