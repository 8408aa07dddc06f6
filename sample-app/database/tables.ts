import { SupportCase } from '../cases/index.js';
import { Article } from '../knowledge/index.js';
import { OutboxMessage } from '../mail/index.js';
import { Order } from '../refunds/index.js';
import { Ticket } from '../tickets/index.js';
import { SupportTables1794300000001 } from './1794300000001-support-tables.js';
import { Shops1794300000002 } from './1794300000002-shops.js';

/** The application's own tables. */
export const supportEntities = [Article, SupportCase, OutboxMessage, Ticket, Order] as const;
export const supportMigrations = [SupportTables1794300000001, Shops1794300000002] as const;
