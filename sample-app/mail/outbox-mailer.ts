import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { HumanReview, Tool } from 'nestjs-nestor';
import { Repository } from 'typeorm';
import { Mail, SentMail } from './mail.dto.js';
import { OutboxMessage } from './outbox-message.entity.js';

/**
 * Stands for a mail server: it knows no idempotency keys, and what it has sent can't be unsent. So the tool is irreversible;
 * a crash in the middle of it is put before a person instead of sending twice. Here the mails end in a table.
 */
@Injectable()
export class OutboxMailer {
  constructor(@InjectRepository(OutboxMessage) private readonly outbox: Repository<OutboxMessage>) {}

  @Tool({
    name: 'mail.send',
    description: 'Sends a mail to a customer.',
    input: Mail,
    output: SentMail,
    effect: 'irreversible',
    timeout: '10s',
  })
  @HumanReview({
    when: ({ args }) => promisesMoney(args.body),
    roles: ['support-lead'],
    title: 'A mail that promises money',
    instructions: 'Whoever wrote it: is the amount agreed?',
  })
  async send({ to, subject, body }: Mail): Promise<SentMail> {
    const messageId = randomUUID();
    await this.outbox.insert({ id: messageId, recipient: to, subject, body });
    return { messageId };
  }
}

/** The last net before the post: a step, a model or a person may have written the mail. */
export function promisesMoney(text: string): boolean {
  return /\b(?:we|i) (?:will|confirm|agree to|hereby) (?:pay|refund|credit|compensate)|\brefund of [€$\d]/i.test(
    text,
  );
}
