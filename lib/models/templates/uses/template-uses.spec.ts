import { describe, expect, it } from '@jest/globals';
import { templateUses } from './template-uses.js';

const use = (source: string) => templateUses(source);

describe('requests that name their template', () => {
  it('are found in the source of a class, with version and variables', () => {
    class Asker {
      constructor(
        private readonly models: { generate(options: object): Promise<{ readonly text: string }> },
      ) {}

      async ask(ticket: { readonly body: string }, tone: string) {
        // A comment with a brace { and a quote '.
        const { text } = await this.models.generate({
          template: 'triage',
          variables: { ticket, tone: tone.toUpperCase(), 'the-rest': [1, { a: 2 }] },
          templateVersion: '2',
        });
        return text;
      }
    }
    expect(use(String(Asker))).toEqual([
      { template: 'triage', version: '2', variables: ['ticket', 'tone', 'the-rest'] },
    ]);
  });

  it.each([
    ["models.generate({ template: 'a' })", []],
    ['models.stream({ template: "a", variables: {} })', []],
    ["models.generate({ ...rest, template: 'a' })", undefined],
    ["models.generate({ template: 'a', variables })", undefined],
    ["models.generate({ template: 'a', variables: { ...more, b } })", undefined],
    ["models.generate({ template: 'a', variables: { [name]: 1 } })", undefined],
    ["models.generate({ template: 'a', variables: { b: (x) => { return x; }, c } })", ['b', 'c']],
  ])('have in %j the variables %j', (source, variables) => {
    expect(use(source)).toEqual([{ template: 'a', version: undefined, variables }]);
  });

  it.each([
    ['another function takes a template', "mail.send({ template: 'welcome' })"],
    ['the name is not a literal', 'models.generate({ template: name })'],
    ['the name is put together', 'models.generate({ template: `a-${kind}` })'],
    ['the options are not a literal', 'models.generate(options)'],
    ['the source is cut off', "models.generate({ template: 'a', variables: {"],
    ['a regular expression leaves a brace open', "models.generate({ template: 'a', stop: /[{]/ })"],
  ])('are not found where %s', (_, source) => {
    expect(use(source)).toEqual([]);
  });
});
