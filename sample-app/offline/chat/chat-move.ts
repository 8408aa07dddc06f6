/** What the rules of a chat do next: say something, or call tools. */
export type ChatMove =
  | { readonly say: string }
  | { readonly calls: readonly (readonly [tool: string, with_: Readonly<Record<string, unknown>>])[] };

export const call = (tool: string, args: Readonly<Record<string, unknown>> = {}): ChatMove => ({
  calls: [[tool, args]],
});
