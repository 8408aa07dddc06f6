import { isRole, readContent } from '../../content/index.js';
import { InputValidationError } from '../../errors/index.js';
import { readProperty, shortText } from '../../text/index.js';
import type { Message } from './model-provider.js';

/**
 * A message as code hands it in.
 * @param where names it: `prompt[2]`
 * @throws {InputValidationError} if its role or its content can't be used
 */
export function readMessage(message: Message, where: string): Message {
  const role: unknown = readProperty(message, 'role');
  if (!isRole(role))
    throw new InputValidationError(
      `${where}.role is '${shortText(String(role), 60)}': there are system, user, assistant and tool.`,
    );
  // Its other fields are those of its role, and are read where they are used.
  return { ...message, content: readContent(message.content, role, `${where}.content`) } as Message;
}
