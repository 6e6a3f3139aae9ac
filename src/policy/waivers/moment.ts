const DAY = 24 * 60 * 60 * 1000;
const DATE = /^(\d{4}-\d{2}-\d{2})$/;
const TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** Start of an ISO 8601 date (UTC), or a time with its zone, in milliseconds since 1970; undefined for anything else. */
export function parseMoment(text: string): number | undefined {
  const date = (DATE.exec(text) ?? TIME.exec(text))?.[1];
  if (date === undefined) return undefined;
  const [midnight, moment] = [Date.parse(`${date}T00:00:00Z`), Date.parse(text)];
  // the 30th of February would be taken for a day in March
  const real = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date);
  return real && !Number.isNaN(moment) ? moment : undefined;
}

/** The moment at which what lasts until `text` is over: a date lasts to its end, UTC. ISO 8601; undefined for anything else. */
export function parseExpiry(text: string): string | undefined {
  const moment = parseMoment(text);
  if (moment === undefined) return undefined;
  return new Date(DATE.test(text) ? moment + DAY : moment).toISOString().replace('.000Z', 'Z');
}
