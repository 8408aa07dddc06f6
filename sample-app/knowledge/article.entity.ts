import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What the full-text search looks at: a hit in the title counts more than one in the text. */
const searchExpression =
  "setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')";

/** A page of the knowledge base, imported from Markdown. */
@Entity('support_articles')
// A GIN index over `search`, which TypeORM can't declare.
@Index('support_articles_search', { synchronize: false })
export class Article {
  /** Name of the file without its ending. */
  @PrimaryColumn('text', { name: 'slug' })
  slug!: string;

  @Column('text', { name: 'title' })
  title!: string;

  @Column('text', { name: 'topic' })
  topic!: string;

  /** Markdown without the title. */
  @Column('text', { name: 'body' })
  body!: string;

  /** Of the file: an unchanged one is not written again. */
  @Column('text', { name: 'checksum' })
  checksum!: string;

  @Column({
    type: 'tsvector',
    name: 'search',
    generatedType: 'STORED',
    asExpression: searchExpression,
    nullable: true,
    select: false,
  })
  search?: never;
}
