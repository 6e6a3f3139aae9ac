/** The entry of a table for a word out of a document: only what the table itself holds, whatever the word is. */
export function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
