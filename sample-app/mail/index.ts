export { SentMail } from './mail.dto.js';
export { MailModule } from './mail.module.js';
export { OutboxMailer } from './outbox-mailer.js';
export { OutboxMessage } from './outbox-message.entity.js';
