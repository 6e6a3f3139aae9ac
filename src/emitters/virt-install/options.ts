/** Suboptions by name, in order; undefined ones are left out. */
export interface Suboptions {
  readonly [name: string]: string | undefined;
}

/**
 * A value as virt-install reads it back: it splits a word by Python's shlex in POSIX mode with the comma as the only
 * white space, so that quotes and backslashes count inside a word that the shell has already unquoted.
 */
function escaped(value: string): string {
  return value.replace(/[\\'",]/g, '\\$&');
}

/** The word of an option: `type=network,source=default`. */
export function word(suboptions: Suboptions): string {
  return Object.entries(suboptions)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escaped(value)}`]))
    .join(',');
}

/** What virt-install has no suboption for is laid into its XML: an XPath with the value there, or an empty element. */
export type Addition = readonly [xpath: string, value: string | null];

export function additions(list: readonly Addition[]): Suboptions {
  return Object.fromEntries(
    list.flatMap(([xpath, value], index): readonly (readonly [string, string])[] =>
      value === null
        ? [[`xpath${index}.create`, xpath]]
        : [
            [`xpath${index}.set`, xpath],
            [`xpath${index}.value`, value],
          ],
    ),
  );
}

/**
 * Whether virt-install gets a value into an attribute unchanged. It escapes markup there twice (4.1), so that
 * `it's.img` would become a file named `it&apos;s.img`.
 */
export function fitsAttribute(value: string): boolean {
  return !/[&<>'"]|\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/u.test(value);
}

/** Whether it gets a value into an element unchanged, which is most of Unicode. */
export function fitsElement(value: string): boolean {
  return !/\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/u.test(value);
}
