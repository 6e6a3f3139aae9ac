/**
 * A MAC address in whatever spelling (colons, dashes, Cisco's dots, nothing between the digits), lower case with
 * colons. Null when it is none, all zero, or a multicast address, which no card can have.
 */
export function macAddress(text: string): string | null {
  const trimmed = text.trim();
  if (
    !/^(?:[0-9a-f]{12}|[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2})$/i.test(
      trimmed,
    )
  ) {
    return null;
  }
  const pairs =
    trimmed
      .toLowerCase()
      .replace(/[^0-9a-f]/g, '')
      .match(/../g) ?? [];
  const first = Number.parseInt(pairs[0] ?? '1', 16);
  return first % 2 === 1 || pairs.every((pair) => pair === '00') ? null : pairs.join(':');
}
