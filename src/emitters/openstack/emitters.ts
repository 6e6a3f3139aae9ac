import { KEY_NAMES } from '../../facts/index.ts';
import type { Emitter } from '../emitter.ts';
import { outcomesOf } from '../values.ts';
import { findingsOf, type Image, imagesOf } from './images.ts';
import { printJson } from './json.ts';
import { FATES } from './outcomes.ts';
import { printScript } from './script.ts';

function emitterOf(id: string, suffix: string, print: (images: readonly Image[]) => string): Emitter {
  return {
    id,
    suffix,
    consumes: KEY_NAMES,
    templates: () => [],
    emit(plan) {
      const images = imagesOf(plan);
      const findings = findingsOf(plan, images);
      const refused = findings.some((finding) => finding.severity === 'error');
      return { text: refused ? null : print(images), outcomes: outcomesOf(plan, FATES), findings };
    },
  };
}

/** A shell script with one `openstack image create` per disk. */
export const scriptEmitter = emitterOf('openstack', '.openstack.sh', printScript);

/** The same images as bodies of the Image service API v2. */
export const jsonEmitter = emitterOf('openstack-json', '.openstack.json', printJson);
