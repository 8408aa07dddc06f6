import { sentencesOf } from './text.js';

/** Sentences that speak to a model and not to a person. */
const addressed = [
  /\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instructions?|rules|prompts?|articles|policy|policies|above|previous)\b/i,
  /\b(?:you are|act as|pretend to be|become)\b.{0,30}\b(?:now|bot|assistant|ai|console|dan)\b/i,
  /\b\w*bot\b.{0,40}\bauthority\b/i,
  /\b(?:system prompt|developer mode|jailbreak|new policy from)\b/i,
  /\b(?:print|reveal|show|repeat)\b.{0,30}\b(?:prompt|instructions)\b/i,
  /\b(?:classify|rate|label|mark)\b.{0,30}\b(?:this )?(?:ticket|message|request)\b.{0,20}\bas\b/i,
  /\b(?:call|use|invoke)\b.{0,15}\btools?\b/i,
  /\b(?:do not|don't|never)\b.{0,20}\b(?:involve|ask|escalate to)\b.{0,10}\b(?:a )?(?:human|person)\b/i,
  /\breply to the customer\b|\bdo not mention this instruction\b/i,
  /<\/?(?:system|assistant|ticket|instructions?)>/i,
];

export interface Screened {
  /** What the customer says, without the sentences that speak to a model. */
  readonly text: string;
  readonly instructions: readonly string[];
}

/** Takes apart what is told to us and what is told to a model: the latter is never followed, only counted. */
export function screen(text: string): Screened {
  const instructions: string[] = [];
  const kept: string[] = [];
  for (const sentence of sentencesOf(text)) {
    (addressed.some((pattern) => pattern.test(sentence)) ? instructions : kept).push(sentence);
  }
  return { text: kept.join('\n'), instructions };
}
