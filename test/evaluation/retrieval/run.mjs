/** How well the ways of searching find the articles of the sample: `npm run evaluate:retrieval`. */
import 'reflect-metadata';
import process from 'node:process';
import { readdirSync, readFileSync } from 'node:fs';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  CurrentPrincipal,
  migrate,
  OrchestrationModule,
  orchestrationEntities,
  orchestrationMigrations,
} from 'nestjs-nestor';
import { embeddedPostgres } from 'nestjs-nestor/embedded';
import { KnowledgeBaseModule, knowledgeBaseToken, ngramEmbeddings } from 'nestjs-nestor/retrieval';
import { DataSource } from 'typeorm';
import { documentsOf, halves, kinds, labelledQuestions, quality } from './ranking.mjs';

const folder = new URL('../../../sample-app/data/knowledge/', import.meta.url);
const say = (line) => process.stdout.write(`${line}\n`);

/** What is tried on one half of the questions. The first of each way is what a base does that says nothing. */
const chunkings = [{}, { maxTokens: 200 }, { maxTokens: 800 }];
const dimensions = [512, 1024, 256];
const ways = {
  text: chunkings.map((chunking) => ({ search: 'text', chunking })),
  vectors: variants('vectors'),
  fusion: variants('fusion'),
};
for (const tried of Object.values(ways))
  tried.forEach((options, index) => (tried[index] = { name: `${options.search}-${index}`, options }));
const bases = Object.values(ways).flat();

function variants(search) {
  return dimensions.flatMap((size) =>
    chunkings.map((chunking) => ({ search, chunking, embedding: { model: `ngram/${size}` } })),
  );
}

function articles() {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => {
      const file = readFileSync(new URL(name, folder), 'utf8');
      const [, head = '', text = ''] = /^---\n([\s\S]*?)\n---\n+([\s\S]*)$/.exec(file) ?? [];
      const language = /^language: (\w+)$/m.exec(head)?.[1] ?? 'en';
      return { uri: name.replace(/\.md$/, ''), text, language };
    });
}

const database = embeddedPostgres();
class EvaluationModule {}
Module({
  imports: [
    TypeOrmModule.forRootAsync({
      useFactory: () => ({
        ...database,
        entities: [...orchestrationEntities],
        migrations: [...orchestrationMigrations],
      }),
      dataSourceFactory: async (options) => {
        const source = await new DataSource(options).initialize();
        await migrate(source);
        return source;
      },
    }),
    OrchestrationModule.forRoot({ models: { providers: [ngramEmbeddings()], default: 'ngram/512' } }),
    ...bases.map(({ name, options }) => KnowledgeBaseModule.forFeature(name, options)),
  ],
})(EvaluationModule);

Logger.overrideLogger(['error']);
const app = await NestFactory.createApplicationContext(EvaluationModule, { logger: ['error'] });
const current = app.get(CurrentPrincipal, { strict: false });
const asEvaluation = (body) => current.asSystem({ name: 'evaluation', reason: 'how well is it found' }, body);

const documents = articles();
for (const base of bases) {
  base.articles = app.get(knowledgeBaseToken(base.name), { strict: false });
  await asEvaluation(() => base.articles.ingest(documents));
}

async function answered(base, questions) {
  const all = [];
  for (const question of questions) {
    const passages = await asEvaluation(() => base.articles.search({ text: question.question, limit: 30 }));
    all.push({ question, found: documentsOf(passages) });
  }
  return all;
}

const questions = labelledQuestions();
const answerable = questions.filter(({ relevant }) => relevant.length > 0);
const { tuning, reported } = halves(answerable);
const shown = (number) => number.toFixed(3);
const named = ({ options: { embedding, chunking } }) =>
  [...(embedding ? [embedding.model] : []), `chunks of ${chunking.maxTokens ?? 400} tokens`].join(', ');

say(
  `${documents.length} articles, ${answerable.length} questions that they answer: ${tuning.length} for choosing, ${reported.length} for this table.\n`,
);
say('| search | settings | recall@5 | nDCG@10 |' + kinds.map((kind) => ` ${kind} |`).join(''));
say('| --- | --- | ---: | ---: |' + kinds.map(() => ' ---: |').join(''));
const best = [];
for (const way of Object.keys(ways)) {
  const tried = [];
  for (const base of bases.filter(({ options }) => options.search === way))
    tried.push({ base, quality: quality(await answered(base, tuning)) });
  const chosen = bestOf(tried);
  best.push(chosen);
  for (const { base, label } of rows(tried[0], chosen)) {
    const answers = await answered(base, reported);
    const { recall, ndcg } = quality(answers);
    const byKind = kinds.map((kind) =>
      shown(quality(answers.filter(({ question }) => question.kind === kind)).ndcg),
    );
    say(`| ${way}, ${label} | ${named(base)} | ${shown(recall)} | ${shown(ndcg)} | ${byKind.join(' | ')} |`);
  }
}

/** The first of those that are equally good. */
function bestOf(tried) {
  return tried.reduce((a, b) => (b.quality.ndcg > a.quality.ndcg + 1e-9 ? b : a));
}

function rows(usual, chosen) {
  if (usual === chosen) return [{ base: usual.base, label: 'by default, and chosen' }];
  return [
    { base: usual.base, label: 'by default' },
    { base: chosen.base, label: 'chosen' },
  ];
}

const unanswerable = questions.filter(({ relevant }) => relevant.length === 0);
for (const way of Object.keys(ways)) {
  const base = bases.find(({ options }) => options.search === way);
  const silent = (await answered(base, unanswerable)).filter(({ found }) => found.length === 0).length;
  say(
    `\n${way}: nothing is found for ${silent} of ${unanswerable.length} questions that no article answers.`,
  );
}
const winner = bestOf(best);
say('\nnDCG@10 on the half for choosing, each way with its best settings:');
for (const { base, quality: found } of best)
  say(`- ${base.options.search}, ${named(base)}: ${shown(found.ndcg)}`);
const isDefault = winner.base.options.search === 'fusion';
say(
  isDefault
    ? '\nThe best of them is how a base that has an embedding searches by default: fusion.'
    : `\nThe default, fusion, is no longer the best: ${winner.base.options.search} is.`,
);
await app.close();
process.exit(isDefault ? 0 : 1);
