import { SupportCase } from '../cases/index.js';
import { OutboxMessage } from '../mail/index.js';
import { Order } from '../refunds/index.js';
import { Ticket } from '../tickets/index.js';
import { SupportTables1794300000001 } from './1794300000001-support-tables.js';
import { Shops1794300000002 } from './1794300000002-shops.js';
import { DropArticles1794300000003 } from './1794300000003-drop-articles.js';

/** The application's own tables. */
export const supportEntities = [SupportCase, OutboxMessage, Ticket, Order] as const;
export const supportMigrations = [
  SupportTables1794300000001,
  Shops1794300000002,
  DropArticles1794300000003,
] as const;
