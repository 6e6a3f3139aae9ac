/** Columns of a terminal that nobody made wider. */
const WIDTH = 80;

/**
 * Text in lines that fit a terminal, broken at spaces only: a path that is longer stays whole, so that it can be
 * copied. Lines after the first are indented by `hanging` more.
 */
export function wrap(text: string, indent = 0, hanging = 0): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' '.repeat(indent + hanging);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
