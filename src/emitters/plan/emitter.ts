import { jsonText } from '../../diagnostics/words.ts';
import { KEY_NAMES } from '../../facts/index.ts';
import type { Emitter } from '../emitter.ts';
import { documentOf } from './document.ts';

/** The plan document. It says everything, so that every decided key is kept. */
export const emitter: Emitter = {
  id: 'plan',
  suffix: '.plan.json',
  consumes: KEY_NAMES,
  templates: () => [],
  emit: (plan) => ({
    text: jsonText(documentOf(plan)),
    outcomes: Object.keys(plan.values).map((key) => ({ key, outcome: 'kept', note: '' })),
    findings: [],
  }),
};
