/** `conectix`, the cookie of every footer and of its copy (Microsoft, "Virtual Hard Disk Image Format", "Footer"). */
const FOOTER_COOKIE = 'conectix';

/** Bytes of a footer today, and of those that Virtual PC wrote before 2004, which lack the last reserved byte. */
export const FOOTER_LENGTH = 512;
export const OLD_FOOTER_LENGTH = 511;

/** Whether the file starts with a copy of a footer: a dynamic or a differencing disk. */
export function hasHeaderCopy(head: Buffer): boolean {
  return isFooterAt(head, 0);
}

/** Length of the footer at the end of `tail`; null when there is none. */
export function footerLengthAtEnd(tail: Buffer): number | null {
  return [FOOTER_LENGTH, OLD_FOOTER_LENGTH].find((length) => isFooterAt(tail, tail.length - length)) ?? null;
}

function isFooterAt(bytes: Buffer, offset: number): boolean {
  return offset >= 0 && bytes.toString('latin1', offset, offset + FOOTER_COOKIE.length) === FOOTER_COOKIE;
}
