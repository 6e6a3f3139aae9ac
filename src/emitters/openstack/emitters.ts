import type { Finding } from '../../diagnostics/index.ts';
import { KEY_NAMES, type Plan } from '../../facts/index.ts';
import type { Emitter } from '../emitter.ts';
import { type Fates, outcomesOf } from '../fates.ts';
import { isRefused } from '../findings.ts';
import { settable, uploadable } from './findings.ts';
import { bootImage, type Image, imagesOf } from './images.ts';
import { printJson } from './json.ts';
import { FATES, SET_FATES } from './outcomes.ts';
import { printCreate, printSet } from './script.ts';

type Judge = (plan: Plan, images: readonly Image[]) => readonly Finding[];

/** Prints all images; `boot` is the one among them that a server is started from. */
type Print = (images: readonly Image[], boot: Image) => string;

/** A target that prints the images of a plan, unless there is none or `judge` has an error to report. */
export function emitterOf(id: string, suffix: string, print: Print, judge: Judge, fates: Fates = FATES): Emitter {
  return {
    id,
    suffix,
    makesCopies: true,
    consumes: KEY_NAMES,
    templates: () => [],
    emit(plan) {
      const images = imagesOf(plan);
      const findings = judge(plan, images);
      const boot = bootImage(images);
      const refused = boot === undefined || isRefused(findings);
      return { text: refused ? null : print(images, boot), outcomes: outcomesOf(plan, fates), findings };
    },
  };
}

/** A shell script with one `openstack image create` per disk. */
export const scriptEmitter = emitterOf('openstack', '.openstack.sh', printCreate, uploadable);

/** A shell script with the `openstack image set` for an image that was uploaded before. */
export const setEmitter = emitterOf('openstack-set', '.openstack-set.sh', printSet, settable, SET_FATES);

/** The same images as bodies of the Image service API v2. */
export const jsonEmitter = emitterOf('openstack-json', '.openstack.json', printJson, uploadable);
