/** Of names of tools, schemas and definitions at OpenAI and Anthropic: `^[a-zA-Z0-9_-]{1,64}$`. */
const longest = 64;

/** A name in the form that vendors take; may be empty. Another name can come to the same. */
export function vendorName(name: string): string {
  return name.replaceAll(/[^\w-]/g, '_').slice(0, longest);
}
