import type { Provenance } from '../diagnostics/index.ts';
import type { Proof } from '../facts/content.ts';

const MAX_BYTES = 64;

/** Pointer of a place in the guest-visible bytes. */
function guestPointer(offset: number): string {
  return `guest+0x${offset.toString(16)}`;
}

/** Collects the bytes that votes rest on; one proof per place. */
export class Proofs {
  readonly #uri: string;
  readonly #proofs = new Map<string, Proof>();

  constructor(uri: string) {
    this.#uri = uri;
  }

  /** `bytes` start at `offset` of the guest; what is beyond 64 of them is left out. Returns the pointer. */
  add(offset: number, bytes: Buffer, what: string): string {
    const pointer = guestPointer(offset);
    if (!this.#proofs.has(pointer)) {
      this.#proofs.set(pointer, { pointer, offset, hex: bytes.toString('hex', 0, MAX_BYTES), what });
    }
    return pointer;
  }

  /** A place for a finding. */
  at(offset: number): readonly Provenance[] {
    return [{ origin: 'content', uri: this.#uri, pointer: guestPointer(offset) }];
  }

  get all(): readonly Proof[] {
    return [...this.#proofs.values()];
  }
}
