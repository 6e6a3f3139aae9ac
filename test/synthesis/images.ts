import type { ImageSpec } from '../../src/synthesis/image.ts';

export const GIB = 2 ** 30;
export const TIB = 2 ** 40;

/** A description with everything that is not said left out of the image. */
export function spec(wanted: Partial<ImageSpec> = {}): ImageSpec {
  return {
    format: 'qcow2',
    size: GIB,
    fileSize: 0,
    boot: 'none',
    windows: false,
    architecture: 'x86_64',
    ...wanted,
  };
}
