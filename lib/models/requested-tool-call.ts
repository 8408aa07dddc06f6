import type { JsonValue } from '../values/index.js';
import type { ModelToolCall } from './model-provider.js';

/** A tool call from the text that a vendor sent for its arguments. No text at all is what models send for a tool without parameters. */
export function requestedToolCall(id: string, name: string, raw: string): ModelToolCall {
  try {
    // JSON.parse gives JSON
    return { id, name, raw, arguments: JSON.parse(raw.trim() || '{}') as JsonValue };
  } catch {
    return { id, name, raw };
  }
}
