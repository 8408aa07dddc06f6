export { Article } from './article.entity.js';
export type { ArticleHit } from './article-hit.js';
export { KnowledgeLoader } from './knowledge-loader.js';
export { KnowledgeModule } from './knowledge.module.js';
export { KnowledgeService } from './knowledge.service.js';
export { NoArticleFoundError } from './no-article-found.error.js';
