import type { JsonValue } from '../../values/index.js';
import { partialJson } from '../json-answer/partial-json.js';

/** What is known of an output while its text comes. */
export class PartialOutput {
  private text = '';
  private told = '';

  /** More of the text. @returns what is known now, where that is more than before */
  add(text: string): JsonValue | undefined {
    this.text += text;
    const output = partialJson(this.text);
    const written = output === undefined ? '' : JSON.stringify(output);
    if (written === this.told) return undefined;
    this.told = written;
    return output;
  }

  restart(): void {
    this.text = this.told = '';
  }
}
