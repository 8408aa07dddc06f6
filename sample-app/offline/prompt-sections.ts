import { messageText, type ModelRequest } from 'nestjs-nestor';

/** A passage that an answer may cite. */
export interface GivenPassage {
  readonly mark: number;
  readonly title: string;
  readonly heading: string;
  readonly text: string;
}

/** The parts of a prompt that are between tags: `<ticket>…</ticket>`. */
export class PromptSections {
  constructor(private readonly prompt: string) {}

  static of(request: ModelRequest): PromptSections {
    const prompts = request.messages.filter((message) => message.role === 'user');
    return new PromptSections(prompts.map(({ content }) => messageText(content)).join('\n'));
  }

  /** The text of the first section of that name, inside `parent` if one is given; empty where there is none. */
  text(name: string, parent?: string): string {
    const where = parent === undefined ? this.prompt : this.raw(parent);
    return unescape(between(where, name));
  }

  /** The passages of an assembled context, each between two lines with its marker. */
  passages(): GivenPassage[] {
    const pattern = /<passage-(\w+) ([^\n]*)>\n([\s\S]*?)\n<\/passage-\1>/g;
    return [...this.prompt.matchAll(pattern)].map(([, , attributes = '', text = '']) => {
      const said = Object.fromEntries(
        [...attributes.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/g)].map(([, name = '', value = '""']) => [
          name,
          String(JSON.parse(value)),
        ]),
      );
      const { mark, title = '', section = title } = said;
      return { mark: Number(mark), title, heading: section.split(' › ').at(-1) ?? title, text };
    });
  }

  /** The whole prompt, for requests without sections. */
  whole(): string {
    return this.prompt;
  }

  private raw(name: string): string {
    return between(this.prompt, name);
  }
}

function between(text: string, name: string): string {
  return new RegExp(`<${name}>\\n?([\\s\\S]*?)\\n?</${name}>`).exec(text)?.[1]?.trim() ?? '';
}

function unescape(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
