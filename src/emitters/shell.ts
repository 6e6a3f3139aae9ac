/** Words that every POSIX shell takes literally (POSIX.1-2024, XCU 2.2). */
const PLAIN = /^[A-Za-z0-9_/.:,@%+=-]+$/;

/** One argument of a shell command. Within single quotes only the single quote itself is special. */
export function shellQuote(argument: string): string {
  return PLAIN.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
