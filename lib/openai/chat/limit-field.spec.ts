import { describe, expect, it } from '@jest/globals';
import { limitFieldOf } from './limit-field.js';

describe('the name of the limit of an answer', () => {
  it.each([
    ['https://api.openai.com/v1', 'max_completion_tokens'],
    ['https://eu.api.openai.com/v1', 'max_completion_tokens'],
    ['https://mine.openai.azure.com/openai/v1/', 'max_completion_tokens'],
    ['http://localhost:11434/v1', 'max_tokens'],
    ['https://api.mistral.ai/v1', 'max_tokens'],
    ['https://openrouter.ai/api/v1', 'max_tokens'],
    ['https://api.groq.com/openai/v1', 'max_tokens'],
    ['https://notopenai.com/v1', 'max_tokens'],
    ['https://openai.com.example.org/v1', 'max_tokens'],
    ['not a URL', 'max_tokens'],
  ])('of %s is %s', (url, name) => {
    expect(limitFieldOf(url)).toBe(name);
  });
});
