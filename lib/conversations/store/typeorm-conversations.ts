import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import {
  type ConversationRow,
  type MessageRow,
  nowPlus,
  Statements,
  type TableNames,
  tableNames,
} from '../../database/index.js';
import type { WrittenMessage } from '../../scope/index.js';
import { type Page, pageOf, readCursor } from '../../values/index.js';
import {
  type ConversationHolder,
  type ConversationListing,
  Conversations,
  type CurrentHolder,
  type MessageRange,
  type NewConversation,
} from '../conversations.js';

const conversationSelection = `key, tenant, owner, id, title, metadata, last_position AS "lastPosition", summary,
  summary_until AS "summaryUntil", held_by AS "heldBy", held_call AS "heldCall", created_at AS "createdAt", updated_at AS "updatedAt"`;
const messageSelection = `conversation, position, id, call, ordinal, run_id AS "runId", body, agent,
  agent_input AS "agentInput", created_at AS "createdAt"`;

/** Conversations in the host's database. */
export class TypeOrmConversations extends Conversations {
  private readonly statements: Statements;
  private readonly tables: TableNames;

  constructor(
    dataSource: DataSource,
    private readonly clock: Clock,
  ) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
  }

  async open({ key, tenant, owner, id, title, metadata }: NewConversation): Promise<ConversationRow> {
    const now = nowPlus('$7::double precision');
    await this.statements.count({
      name: 'nestor_open_conversation',
      text: `INSERT INTO ${this.tables.conversation} (key, tenant, owner, id, title, metadata, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, ${now}, ${now}) ON CONFLICT (tenant, id) DO NOTHING`,
      values: [
        key,
        tenant,
        owner,
        id,
        title ?? null,
        metadata === undefined ? null : JSON.stringify(metadata),
        this.clock.offset(),
      ],
    });
    const row = await this.find(tenant, id);
    // Somebody may have deleted it in between.
    return row ?? this.open({ key, tenant, owner, id, title, metadata });
  }

  async find(tenant: string, id: string): Promise<ConversationRow | undefined> {
    const [row] = await this.statements.run<ConversationRow>({
      name: 'nestor_conversation',
      text: `SELECT ${conversationSelection} FROM ${this.tables.conversation} WHERE tenant = $1 AND id = $2`,
      values: [tenant, id],
    });
    return row;
  }

  async list({ tenant, owner, limit, cursor }: ConversationListing): Promise<Page<ConversationRow>> {
    const after = cursor === undefined ? undefined : readCursor(cursor);
    // Cursors are in milliseconds, as pages are ordered.
    const at = `date_trunc('milliseconds', updated_at)`;
    const rows = await this.statements.run<ConversationRow>({
      name: `nestor_conversations${after ? '_after' : ''}`,
      text: `SELECT ${conversationSelection} FROM ${this.tables.conversation}
        WHERE tenant = $1 AND owner = $2 ${after ? `AND (${at}, key) < ($4::timestamptz, $5::uuid)` : ''}
        ORDER BY ${at} DESC, key DESC LIMIT $3`,
      values: [tenant, owner, limit + 1, ...(after ? [after.at, after.id] : [])],
    });
    return pageOf(rows, limit, ({ updatedAt, key }) => ({ at: updatedAt.toISOString(), id: key }));
  }

  messages(key: string, { after = 0, until, limit }: MessageRange = {}): Promise<MessageRow[]> {
    return this.statements.run<MessageRow>({
      name: 'nestor_messages',
      text: `SELECT ${messageSelection} FROM ${this.tables.message}
        WHERE conversation = $1 AND position > $2 AND position <= coalesce($3::int, position)
        ORDER BY position LIMIT $4::bigint`,
      values: [key, after, until ?? null, limit ?? null],
    });
  }

  async message(key: string, id: string): Promise<MessageRow | undefined> {
    const [row] = await this.statements.run<MessageRow>({
      name: 'nestor_message',
      text: `SELECT ${messageSelection} FROM ${this.tables.message} WHERE conversation = $1 AND id = $2`,
      values: [key, id],
    });
    return row;
  }

  async append(key: string, messages: readonly WrittenMessage[]): Promise<boolean> {
    const rows = messages.map(({ id, message, agent, agentInput }, index) => {
      return { id, ordinal: index + 1, body: message, agent, agent_input: agentInput };
    });
    // The row of the conversation is locked before positions are given.
    const found = await this.statements.run<{ key: string }>({
      name: 'nestor_append_messages',
      text: `WITH conversing AS MATERIALIZED (
          SELECT key, last_position FROM ${this.tables.conversation} WHERE key = $1 FOR NO KEY UPDATE
        ), said AS (
          INSERT INTO ${this.tables.message} (conversation, position, id, ordinal, body, agent, agent_input, created_at)
          SELECT c.key, c.last_position + w.ordinal, w.id, w.ordinal, w.body, w.agent, w.agent_input, ${nowPlus('$3::double precision')}
          FROM json_to_recordset($2::json) AS w (id text, ordinal int, body json, agent text, agent_input json), conversing c
          ON CONFLICT (conversation, id) DO NOTHING RETURNING position
        )
        UPDATE ${this.tables.conversation} c SET
          last_position = greatest(c.last_position, s.last), updated_at = ${nowPlus('$3::double precision')}
        FROM (SELECT max(position) AS last FROM said) s
        WHERE c.key = $1 RETURNING c.key`,
      values: [key, JSON.stringify(rows), this.clock.offset()],
    });
    return found.length > 0;
  }

  async truncate(key: string, after: number): Promise<void> {
    await this.statements.count({
      name: 'nestor_truncate_conversation',
      text: `WITH conversing AS MATERIALIZED (
          SELECT key FROM ${this.tables.conversation} WHERE key = $1 FOR NO KEY UPDATE
        ), removed AS (
          DELETE FROM ${this.tables.message} m USING conversing c WHERE m.conversation = c.key AND m.position > $2 RETURNING m.position
        )
        UPDATE ${this.tables.conversation} SET
          summary = CASE WHEN summary_until > $2 THEN NULL ELSE summary END,
          summary_until = CASE WHEN summary_until > $2 THEN NULL ELSE summary_until END,
          updated_at = ${nowPlus('$3::double precision')}
        -- First the messages: a row that this statement has changed can no longer be locked by it.
        FROM (SELECT count(*) AS count FROM removed) r
        WHERE key = $1 AND r.count >= 0`,
      values: [key, after, this.clock.offset()],
    });
  }

  async delete(key: string): Promise<void> {
    await this.statements.count({
      name: 'nestor_delete_conversation',
      text: `WITH gone AS (DELETE FROM ${this.tables.conversation} WHERE key = $1 RETURNING key),
        bytes AS (DELETE FROM ${this.tables.blob} b USING gone WHERE b.run_id = gone.key)
        DELETE FROM ${this.tables.message} m USING gone WHERE m.conversation = gone.key`,
      values: [key],
    });
  }

  async holder(key: string, by?: ConversationHolder): Promise<CurrentHolder | undefined> {
    const [row] = await this.statements.run<CurrentHolder>({
      name: 'nestor_conversation_holder',
      text: `WITH RECURSIVE above AS (
          SELECT parent_run_id AS id FROM ${this.tables.run} WHERE id = $2::uuid
          UNION SELECT r.parent_run_id FROM ${this.tables.run} r JOIN above a ON r.id = a.id
        )
        SELECT c.held_by AS "heldBy", c.held_call AS "heldCall",
          NOT EXISTS (SELECT FROM ${this.tables.run} r WHERE r.id = c.held_by AND r.finished_at IS NULL) AS "hasEnded",
          EXISTS (SELECT FROM above a WHERE a.id = c.held_by) AS "isAbove",
          EXISTS (SELECT FROM ${this.tables.message} m WHERE m.conversation = c.key AND m.call = $3) AS "hasSaid"
        FROM ${this.tables.conversation} c WHERE c.key = $1`,
      values: [key, by?.runId ?? null, by?.call ?? null],
    });
    return row;
  }

  async take(key: string, { heldBy, heldCall }: CurrentHolder, by: ConversationHolder): Promise<boolean> {
    const count = await this.statements.count({
      name: 'nestor_hold_conversation',
      // A process that was taken for dead may come late: what its call had to say, another one has said.
      text: `UPDATE ${this.tables.conversation} SET held_by = $4, held_call = $5
        WHERE key = $1 AND held_by IS NOT DISTINCT FROM $2::uuid AND held_call IS NOT DISTINCT FROM $3
          AND NOT EXISTS (SELECT FROM ${this.tables.message} m WHERE m.conversation = $1 AND m.call = $5)`,
      values: [key, heldBy, heldCall, by.runId, by.call],
    });
    return count > 0;
  }

  async release(key: string, call: string): Promise<void> {
    await this.statements.count({
      name: 'nestor_release_conversation',
      text: `UPDATE ${this.tables.conversation} SET held_by = NULL, held_call = NULL WHERE key = $1 AND held_call = $2`,
      values: [key, call],
    });
  }

  async summarize(key: string, summary: string, until: number): Promise<void> {
    await this.statements.count({
      name: 'nestor_summarize_conversation',
      text: `UPDATE ${this.tables.conversation} SET summary = $2, summary_until = $3
        WHERE key = $1 AND coalesce(summary_until, 0) < $3`,
      values: [key, summary, until],
    });
  }
}
