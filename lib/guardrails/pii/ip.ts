import { isIP } from 'node:net';
import { isPrecededBy } from './neighbours.js';
import { type Search, searchFor } from './span.js';

const v4 = /(?<![\p{L}\p{N}_.:-])\d{1,3}(?:\.\d{1,3}){3}(?![\p{L}\p{N}_-]|\.\d)/gu;
const v6 = /(?<![\p{L}\p{N}_.:-])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}(?![\p{L}\p{N}_:-])/giu;
const version = /(?:\bv|version|release|build)[\s:=]*$/iu;

/** Addresses of the Internet Protocol, versions 4 and 6. Not looked for unless asked: `1.2.3.4` may be a version. */
export const ips: readonly Search[] = [
  searchFor(v4, (match, start, text) => isIP(match) === 4 && !isPrecededBy(text, start, version)),
  searchFor(v6, (match) => /\d/.test(match) && isIP(match) === 6),
];
