import { manifest } from '../scratch.mjs';

/**
 * @typedef {object} Cell One host that the package has to work in.
 * @property {string} name
 * @property {'commonjs' | 'module'} kind of the host's own code
 * @property {'express' | 'fastify'} platform
 * @property {'embedded' | 'server'} store the server only where there is one
 * @property {number} node the major version
 * @property {Record<string, string>} packages each with its exact version
 * @property {'jest.config.cjs' | 'jest.config.mjs'} runner the configuration of docs/testing.md that fits it
 * @property {'nodenext' | 'node10'} resolution how TypeScript finds packages
 */

/** What every host has, in one version. */
const tools = {
  '@types/node': '20.19.43',
  'class-transformer': '0.5.1',
  'reflect-metadata': '0.2.2',
  rxjs: '7.8.2',
  pg: '8.23.1',
  '@electric-sql/pglite': '0.5.14',
  '@electric-sql/pglite-socket': '0.2.17',
  jest: '30.5.2',
  // That of `nest new` for a host in CommonJS, and that of docs/testing.md for ES modules.
  'ts-jest': '29.4.15',
  '@swc/core': '1.16.18',
  '@swc/jest': '0.2.39',
  // Nest's declarations for Express need it, and nothing here does.
  '@types/express': '5.0.6',
};

const typeorms = { 0.3: '0.3.31', 1.1: '1.1.1' };

const nests = {
  11: {
    '@nestjs/common': '11.2.10',
    '@nestjs/core': '11.2.10',
    '@nestjs/testing': '11.2.6',
    '@nestjs/typeorm': '11.0.3',
    'class-validator': '0.14.4',
    typescript: '5.9.3',
  },
  12: {
    '@nestjs/common': '12.5.1',
    '@nestjs/core': '12.5.1',
    '@nestjs/testing': '12.1.1',
    '@nestjs/typeorm': '12.0.2',
    'class-validator': '0.15.1',
    typescript: '6.0.3',
  },
};

const platforms = {
  11: { express: '11.2.10', fastify: '11.2.8' },
  12: { express: '12.5.1', fastify: '12.5.0' },
};

const openais = { 6: '6.49.0', 7: '7.59.0' };

function cell({ nest, typeorm, kind, platform, node, openai }) {
  return {
    name: `Nest ${nest}, TypeORM ${typeorm}, ${kind === 'module' ? 'ESM' : 'CommonJS'}, ${platform}, Node ${node}, openai ${openai}`,
    kind,
    platform,
    store: kind === 'commonjs' ? 'embedded' : 'server',
    node,
    // Nest 12 is an ES module, so its specs run as ES modules, whatever the host is.
    runner: kind === 'commonjs' && nest === 11 ? 'jest.config.cjs' : 'jest.config.mjs',
    resolution: 'nodenext',
    packages: {
      ...tools,
      ...nests[nest],
      typeorm: typeorms[typeorm],
      [`@nestjs/platform-${platform}`]: platforms[nest][platform],
      openai: openais[openai],
    },
  };
}

/** The first version of each peer's range, as the package declares it. */
function floor(kind) {
  const floors = Object.entries(manifest().peerDependencies).map(([name, range]) => [
    name,
    range.split(' || ')[0].replace('^', ''),
  ]);
  return {
    name: `the floor of every peer, TypeScript 5.7, ${kind === 'module' ? 'ESM' : 'CommonJS'}`,
    kind,
    platform: 'express',
    store: kind === 'commonjs' ? 'embedded' : 'server',
    node: 20,
    runner: kind === 'commonjs' ? 'jest.config.cjs' : 'jest.config.mjs',
    // TypeScript 5.7 can't import an ES module from CommonJS where it knows of both.
    resolution: kind === 'module' ? 'nodenext' : 'node10',
    packages: {
      ...tools,
      ...Object.fromEntries(floors),
      '@nestjs/platform-express': '11.0.1',
      typescript: '5.7.3',
    },
  };
}

/** What CI runs. @type {readonly Cell[]} */
export const named = [
  cell({ nest: 11, typeorm: '0.3', kind: 'commonjs', platform: 'express', node: 20, openai: 6 }),
  cell({ nest: 11, typeorm: '0.3', kind: 'module', platform: 'fastify', node: 22, openai: 7 }),
  cell({ nest: 12, typeorm: '1.1', kind: 'module', platform: 'express', node: 24, openai: 7 }),
  cell({ nest: 12, typeorm: '1.1', kind: 'module', platform: 'fastify', node: 20, openai: 6 }),
  floor('commonjs'),
  floor('module'),
];

const names = new Set(named.map(({ name }) => name));

/** Every other combination. openai 7 needs Node 22. @type {readonly Cell[]} */
export const remaining = [11, 12]
  .flatMap((nest) => Object.keys(typeorms).map((typeorm) => ({ nest, typeorm })))
  .flatMap((each) => ['commonjs', 'module'].map((kind) => ({ ...each, kind })))
  .flatMap((each) => ['express', 'fastify'].map((platform) => ({ ...each, platform })))
  .flatMap((each) => [20, 22, 24].map((node) => ({ ...each, node })))
  .flatMap((each) => [6, 7].map((openai) => ({ ...each, openai })))
  .filter(({ node, openai }) => node >= 22 || openai === 6)
  .map(cell)
  .filter(({ name }) => !names.has(name));
