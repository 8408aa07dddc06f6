import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Article } from './article.entity.js';
import type { ArticleHit } from './article-hit.js';

/** Articles that are handed to a model at most. */
const mostHits = 3;

/** Searches the knowledge base with the full-text search of Postgres. */
@Injectable()
export class KnowledgeService {
  constructor(@InjectRepository(Article) private readonly articles: Repository<Article>) {}

  /** Articles that speak of any of the terms, best first; those on the topic count half as much again. */
  search(terms: readonly string[], topic: string): Promise<ArticleHit[]> {
    return this.articles.query<ArticleHit[]>(
      `SELECT slug, title, body,
              ts_rank(search, query) * CASE WHEN topic = $2 THEN 1.5 ELSE 1 END AS rank
         FROM support_articles, websearch_to_tsquery('english', $1) AS query
        WHERE search @@ query
        ORDER BY rank DESC, slug
        LIMIT $3`,
      [anyOf(terms), topic, mostHits],
    );
  }

  /** Articles with a term in their title, else those on the topic: coarse, but it needs no search index. */
  searchTitles(terms: readonly string[], topic: string): Promise<ArticleHit[]> {
    return this.articles.query<ArticleHit[]>(
      `SELECT slug, title, body, hits + CASE WHEN topic = $2 THEN 0.5 ELSE 0 END AS rank
         FROM (SELECT *, (SELECT count(*) FROM unnest($1::text[]) AS term
                           WHERE strpos(lower(title), lower(term)) > 0)::float8 AS hits
                 FROM support_articles) AS counted
        WHERE hits > 0 OR topic = $2
        ORDER BY rank DESC, slug
        LIMIT $3`,
      [terms, topic, mostHits],
    );
  }
}

/** In the syntax of `websearch_to_tsquery`: phrases in quotes, `or` between them. */
function anyOf(terms: readonly string[]): string {
  return terms.map((term) => `"${term.replaceAll('"', ' ')}"`).join(' or ');
}
