import { option, type OptionRule } from '../values/index.js';

const example = "Write roles, ['lead'], or a rule for the AccessPolicy, { rule: 'name' }";

/** Who may do something. */
export const accessRule: OptionRule = (value, path) =>
  isRoles(value) || isRule(value) ? [] : [`${path} is ${option.shown(value)}. ${example}.`];

const byOperation = option.fields({ start: accessRule, read: accessRule, decide: accessRule });

/** Who may do what with the runs of a workflow. */
export const workflowAccessRule: OptionRule = (value, path) =>
  isRoles(value) || isRule(value) || typeof value !== 'object' || value === null || Array.isArray(value)
    ? accessRule(value, path)
    : byOperation(value, path);

function isRoles(value: unknown): boolean {
  return Array.isArray(value) && value.every((role) => typeof role === 'string' && role.trim() !== '');
}

function isRule(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'rule' in value && typeof value.rule === 'string';
}
