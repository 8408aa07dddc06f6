/** One event of a `text/event-stream`. */
export interface ServerEvent {
  readonly name: string | undefined;
  readonly data: string;
}

/**
 * The events of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). Comments and fields other than
 * `event` and `data` are passed over. Two things are read that the specification would drop, since servers send them:
 * a last event without an empty line behind it, and a line that is bare JSON.
 */
export async function* serverEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  const lines = new Lines();
  const event = new EventLines();
  for await (const chunk of chunks) {
    for (const line of lines.take(decoder.decode(chunk, { stream: true }))) {
      const whole = event.take(line);
      if (whole) yield whole;
    }
  }
  for (const line of [...lines.take(decoder.decode()), lines.rest(), '']) {
    const whole = event.take(line);
    if (whole) yield whole;
  }
}

/** Cuts text at line ends: CRLF, LF or CR. In linear time, however small the pieces. */
class Lines {
  private readonly begun: string[] = [];

  take(text: string): string[] {
    if (text === '') return [];
    const held = this.begun.at(-1)?.endsWith('\r') === true;
    if (!held && !/[\r\n]/.test(text)) {
      this.begun.push(text);
      return [];
    }
    const all = this.begun.splice(0).join('') + text;
    // A CR at the end may be half of a CRLF.
    const lines = all.split(/\r\n|\n|\r(?!$)/);
    this.begun.push(lines.pop() ?? '');
    return lines;
  }

  rest(): string {
    return this.begun.splice(0).join('').replace(/\r$/, '');
  }
}

/** Puts the lines of one event together; an empty line ends it. */
class EventLines {
  private name: string | undefined;
  private data: string[] = [];

  take(line: string): ServerEvent | undefined {
    if (line === '') return this.end();
    const [, field = '', value = ''] = /^([^:]*):? ?([\s\S]*)$/.exec(line) ?? [];
    if (field === 'event') this.name = value;
    else if (field === 'data') this.data.push(value);
    else if (line.trimStart().startsWith('{')) this.data.push(line);
    return undefined;
  }

  private end(): ServerEvent | undefined {
    const { name, data } = this;
    this.name = undefined;
    this.data = [];
    return data.length === 0 ? undefined : { name, data: data.join('\n') };
  }
}
