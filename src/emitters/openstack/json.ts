import { idProperty } from './boot.ts';
import type { Image } from './images.ts';

/** The ids to fill in before the body is sent, as the names of the images in the document that they belong to. */
function idsOf({ startsWith }: Image, images: readonly Image[]): { readonly [property: string]: string } {
  return Object.fromEntries(
    startsWith.flatMap((part) =>
      images.filter((image) => image.part === part).map(({ name }) => [idProperty(part), name]),
    ),
  );
}

/**
 * For each image the file to upload, the command that makes it, the body of `POST /v2/images` as it is sent, properties
 * beside the attributes, their values strings, and the properties once more for programs that take them as a map. The
 * file itself is no attribute one may set; it goes to `PUT /v2/images/{id}/file` afterwards.
 */
export function printJson(images: readonly Image[]): string {
  const entries = images.map((image) => ({
    file: image.file,
    convert: image.convert,
    body: {
      name: image.name,
      disk_format: image.diskFormat,
      container_format: image.containerFormat,
      min_disk: image.minDisk,
      min_ram: image.minRam,
      ...image.properties,
    },
    properties: image.properties,
    ids: idsOf(image, images),
  }));
  return `${JSON.stringify({ images: entries }, null, 2)}\n`;
}
