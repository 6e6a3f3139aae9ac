import type { Image } from './images.ts';

/**
 * For each image the file to upload and the body of `POST /v2/images` as it is sent: properties beside the attributes,
 * their values strings. The file itself is no attribute one may set; it goes to `PUT /v2/images/{id}/file` afterwards.
 */
export function printJson(images: readonly Image[]): string {
  const entries = images.map((image) => ({
    file: image.file,
    body: {
      name: image.name,
      disk_format: image.diskFormat,
      container_format: image.containerFormat,
      min_disk: image.minDisk,
      min_ram: image.minRam,
      ...image.properties,
    },
  }));
  return `${JSON.stringify({ images: entries }, null, 2)}\n`;
}
