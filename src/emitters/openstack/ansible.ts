import { Document, visit } from 'yaml';
import type { Part } from './boot.ts';
import { emitterOf } from './emitters.ts';
import { uploadable } from './findings.ts';
import type { Image } from './images.ts';

/** Ansible evaluates templates in variables too, and a template can run commands: text with a brace is marked. */
const UNSAFE = '!unsafe';

/** Line breaks and byte order marks of YAML 1.1, and what its readers refuse. The library writes them as they are. */
const UNPRINTABLE = /[\u0085\u2028\u2029\ufeff\ufffe\uffff]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

function startedWith({ startsWith }: Image, images: readonly Image[]): { readonly [part in Part]?: string } {
  return Object.fromEntries(
    images.flatMap(({ part, name }) => (part !== null && startsWith.includes(part) ? [[part, name]] : [])),
  );
}

/** Arguments of the module `openstack.cloud.image`; kernel and RAM disk go by name there. */
export function moduleArguments(image: Image, images: readonly Image[]) {
  return {
    name: image.name,
    filename: image.file,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    min_disk: image.minDisk,
    min_ram: image.minRam,
    ...startedWith(image, images),
    properties: image.properties,
  };
}

/**
 * A file of variables. Every text is in double quotes, so that no reader of YAML 1.1 takes `yes`, `1:2` or `0x10` for
 * something else than text.
 */
function printAnsible(images: readonly Image[]): string {
  const entries = images.map((image) => ({
    ...(image.convert === null ? {} : { convert: image.convert }),
    image: moduleArguments(image, images),
  }));
  const document = new Document({ openstack_images: entries }, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string') return;
      node.type = 'QUOTE_DOUBLE';
      if (node.value.includes('{')) node.tag = UNSAFE;
    },
  });
  const text = document.toString({ lineWidth: 0 });
  return `---\n${text.replace(UNPRINTABLE, escaped)}`;
}

/** The images as variables for the Ansible module `openstack.cloud.image`. */
export const ansibleEmitter = emitterOf('openstack-ansible', '.openstack.yml', printAnsible, uploadable);
