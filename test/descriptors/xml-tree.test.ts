import { describe, expect, it } from 'vitest';
import { child, children, readXmlTree } from '../../src/descriptors/xml-tree.ts';
import { XmlProblem } from '../../src/facts/xml.ts';

const read = (text: string, skip: readonly string[] = []) => readXmlTree(Buffer.from(text), new Set(skip));

function problemOf(bytes: Buffer): XmlProblem {
  try {
    readXmlTree(bytes);
  } catch (error) {
    if (error instanceof XmlProblem) return error;
    throw error;
  }
  throw new Error('it was expected to be refused');
}

describe('the tree of an XML document', () => {
  it('has local names, text, and pointers with XPath and place', () => {
    const root = read('<r xmlns:p="urn:p">\n  <p:a n="1">x<![CDATA[ & ]]>y</p:a>\n  <p:a/><b/>\n</r>');
    expect(children(root, 'a').map(({ name, text, pointer }) => [name, text, pointer])).toEqual([
      ['p:a', 'x & y', '/r/p:a:2:13'],
      ['p:a', '', '/r/p:a[2]:3:8'],
    ]);
    expect(child(root, 'a')?.attributes.get('n')).toBe('1');
    expect(child(root, 'b')?.pointer).toBe('/r/b:3:12');
  });

  it('leaves out what is skipped, with all that is in it, but not its errors', () => {
    const root = read('<r><icon><a>x</a></icon><p:icon/><b>y</b></r>', ['icon']);
    expect(root.children.map(({ name, text }) => [name, text])).toEqual([['b', 'y']]);
    expect(() => read('<r><icon><a></icon></r>', ['icon'])).toThrow(XmlProblem);
  });

  it.each(['utf16le', 'utf8'] as const)('is read from %s, with and without byte-order mark', (encoding) => {
    for (const mark of ['', '\uFEFF']) {
      const bytes = Buffer.from(`${mark}<r><a>ü</a></r>`, encoding);
      expect(child(readXmlTree(bytes), 'a')?.text).toBe('ü');
    }
    const big = Buffer.from('<r><a>ü</a></r>', 'utf16le').swap16();
    expect(child(readXmlTree(big), 'a')?.text).toBe('ü');
  });

  it.each([
    ['a DTD', '<!DOCTYPE r><r/>', 'DOCTYPE', '1:12'],
    ['an entity of its own', '<r>&a;</r>', 'entity', '1:6'],
    ['two roots', '<r/><r/>', '', '1:7'],
    ['no end', '<r><a>', '', '1:6'],
    ['too many levels', '<r>'.repeat(100), '64 levels', '1:195'],
    ['too many attributes', `<r ${Array.from({ length: 65 }, (_, i) => `a${i}="" `).join('')}/>`, '64 attributes', ''],
    ['nothing', '', '', '1:1'],
  ])('is refused with %s', (_title, text, problem, place) => {
    const error = problemOf(Buffer.from(text));
    expect(error.message).toContain(problem);
    if (place !== '') expect(error.place).toBe(place);
  });

  it('is refused when it is no text or too large', () => {
    expect(problemOf(Buffer.from([0x3c, 0x72, 0xff])).message).toContain('UTF-8');
    expect(problemOf(Buffer.alloc(17 * 1024 * 1024, '<')).message).toContain('bytes');
  });
});
