/**
 * Reads the UI message stream of an answer, chunk by chunk.
 * @param {ReadableStream<Uint8Array>} body
 */
export async function* chunksOf(body) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of bytesOf(body)) {
    const events = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      if (!event.startsWith('data: ')) continue;
      if (event === 'data: [DONE]') return;
      yield JSON.parse(event.slice('data: '.length));
    }
  }
}

/** Not every browser iterates over streams. */
async function* bytesOf(body) {
  const reader = body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

/** What a chunk changes in the message that is being read. Throws what the server tells as an error. */
export function apply(message, chunk) {
  const { parts } = message;
  const open = parts.findLast((part) => part.partId === chunk.id && part.state === 'streaming');
  const tool = parts.findLast(
    (part) => part.toolCallId !== undefined && part.toolCallId === chunk.toolCallId,
  );
  const data = parts.find((part) => part.type === chunk.type && part.id === chunk.id);
  switch (chunk.type) {
    case 'start':
      message.id = chunk.messageId;
      message.metadata = chunk.messageMetadata;
      return;
    case 'finish':
      message.metadata = chunk.messageMetadata;
      return;
    case 'start-step':
      parts.push({ type: 'step-start' });
      return;
    case 'text-start':
    case 'reasoning-start':
      parts.push({ type: chunk.type.split('-')[0], partId: chunk.id, text: '', state: 'streaming' });
      return;
    case 'text-delta':
    case 'reasoning-delta':
      open.text += chunk.delta;
      return;
    case 'text-end':
    case 'reasoning-end':
      open.state = 'done';
      open.providerMetadata = chunk.providerMetadata;
      return;
    case 'tool-input-available': {
      const { toolCallId, toolName, input, toolMetadata } = chunk;
      if (tool) Object.assign(tool, { state: 'input-available', input });
      else
        parts.push({ type: `tool-${toolName}`, toolCallId, input, toolMetadata, state: 'input-available' });
      return;
    }
    case 'tool-approval-request':
      Object.assign(tool, { state: 'approval-requested', approval: { id: chunk.approvalId } });
      return;
    case 'tool-output-available':
      Object.assign(tool, { state: 'output-available', output: chunk.output });
      if (chunk.toolMetadata) tool.toolMetadata = chunk.toolMetadata;
      return;
    case 'tool-output-error':
      Object.assign(tool, { state: 'output-error', errorText: chunk.errorText });
      return;
    case 'tool-output-denied':
      tool.state = 'output-denied';
      return;
    case 'error':
      throw new Error(chunk.errorText);
    default:
      if (!chunk.type.startsWith('data-')) return;
      if (data) data.data = chunk.data;
      else parts.push({ type: chunk.type, id: chunk.id, data: chunk.data });
  }
}
