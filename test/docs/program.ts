import type { Block, Page } from './markdown.js';

/**
 * The TypeScript of a page: its `ts` blocks, one after another, are one module. Line n of the module is line n of the
 * page, so that errors point there. What readers don't see are comments right above a block:
 *
 * - `given: orchestrator: Orchestrator` – the block is the body of a function with these parameters; type-checked.
 * - `run: digest(t: OrchestrationHarness) gives result` – the same, exported under that name; a spec runs it, and gets
 *   these variables of it.
 *
 * and, anywhere, `ts: import …` for what the page needs and need not show.
 */
export function programOf(page: Page): string {
  const lines = page.lines.map((line) => /^<!-- ts: (.*) -->$/.exec(line)?.[1] ?? '');
  for (const [index, block] of typescript(page).entries()) {
    const { head, foot } = wrapping(block, `example${index}`);
    lines.splice(block.line, block.code.length + 2, head, ...block.code, foot);
  }
  // Also a page without an import is a module of its own.
  return `${lines.join('\n')}\nexport {};\n`;
}

export function typescript(page: Page): readonly Block[] {
  return page.blocks.filter(({ language }) => language === 'ts');
}

/** Names of the blocks that a spec has to run. */
export function runnable(page: Page): readonly string[] {
  return typescript(page).flatMap(({ note }) => runNote.exec(note ?? '')?.[1] ?? []);
}

const runNote = /^run: (\w+)\((.*)\)(?: gives (.+))?$/;
const givenNote = /^given: (.+)$/;

function wrapping({ note = '' }: Block, name: string): { readonly head: string; readonly foot: string } {
  const [, run, parameters = '', variables] = runNote.exec(note) ?? [];
  if (run !== undefined) {
    return {
      head: `export async function ${run}(${parameters}) {`,
      foot: variables === undefined ? '}' : `return { ${variables} }; }`,
    };
  }
  const given = givenNote.exec(note)?.[1];
  return given === undefined
    ? { head: '', foot: '' }
    : { head: `export async function ${name}(${given}) {`, foot: '}' };
}
