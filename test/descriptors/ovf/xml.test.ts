import { describe, expect, it } from 'vitest';
import { MAX_DESCRIPTOR_BYTES } from '../../../src/descriptors/descriptor.ts';
import { decodeXml } from '../../../src/descriptors/encoding.ts';
import { descriptor } from '../../../src/descriptors/ovf/index.ts';
import { readXml } from '../../../src/descriptors/xml.ts';
import { fixture, fixtureNames, outcome, read } from './readings.ts';

const plain = fixture('swapped-identity.ovf').toString();
const expected = read(plain);
const bare = plain.slice(plain.indexOf('?>') + 2);

const utf16 = (text: string, options: { readonly mark: boolean; readonly big: boolean }) => {
  const bytes = Buffer.from(options.mark ? `\ufeff${text}` : text, 'utf16le');
  return options.big ? bytes.swap16() : bytes;
};

describe('the encoding is decided by the bytes', () => {
  it.each([
    ['UTF-16 little endian with a mark', utf16(plain, { mark: true, big: false })],
    ['UTF-16 big endian with a mark', utf16(plain, { mark: true, big: true })],
    ['UTF-16 little endian without a mark', utf16(plain, { mark: false, big: false })],
    ['UTF-16 big endian without a mark', utf16(plain, { mark: false, big: true })],
    ['UTF-16 without mark or declaration, after an empty line', utf16(`\n${bare}`, { mark: false, big: false })],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${plain}`)],
    ['UTF-8 without a declaration', Buffer.from(bare)],
    ['UTF-8 declared as UTF-16', Buffer.from(plain.replace('UTF-8', 'utf-16'))],
    ['UTF-8 declared as nonsense', Buffer.from(plain.replace('UTF-8', 'x-nonsense'))],
    ['CRLF line ends', Buffer.from(plain.replaceAll('\n', '\r\n'))],
    ['an empty line before the declaration', Buffer.from(`\n${plain}`)],
    ['comments before the declaration', Buffer.from(`<!-- one -->\n <!-- two -->${plain}`)],
  ])('%s', (_title, bytes) => {
    const reading = read(bytes);
    const what = ({ machines, files }: typeof reading) => [
      machines.map(({ disks }) => disks.map(({ name, file }) => [name, file?.href])),
      files.map(({ href }) => href),
    ];
    expect(what(reading)).toEqual(what(expected));
  });

  it('bytes of a declared one-byte encoding are read with it', () => {
    const text = '<?xml version="1.0" encoding="ISO-8859-1"?><a>\u00fc</a>';
    expect(decodeXml(Buffer.from(text, 'latin1'))).toMatchObject({ text, declared: 'iso-8859-1' });
  });

  it.each([
    ['invalid UTF-8 that declares nothing', Buffer.from('<a>\xff\xfe</a>', 'latin1')],
    ['half a character of UTF-16', utf16(plain, { mark: true, big: false }).subarray(0, -1)],
    ['an encoding nobody knows', Buffer.from('<?xml version="1.0" encoding="x-none"?><a>\xff</a>', 'latin1')],
    ['invalid UTF-8 that declares UTF-16', Buffer.from('<?xml version="1.0" encoding="utf-16"?><a>\xff</a>', 'latin1')],
  ])('%s is no text', (_title, bytes) => {
    expect(outcome(bytes)).toMatchObject({ code: 'ovf/not-text', exit: 3 });
  });
});

describe('pointers', () => {
  it.each(['\n', '\r\n'])('say the place of a tag as an editor shows it (%j)', (end) => {
    const text = ['<?xml version="1.0"?>', '<a>', '  <b/>\u{1f600}<b', 'x="1"/>', '</a>'].join(end);
    const { root, pointer } = readXml(text);
    expect(root.children.map(pointer)).toEqual(['/a/b[1]:3:3', '/a/b[2]:3:9']);
    expect(pointer(root)).toBe('/a:2:1');
  });
});

describe('what is no OVF, or too much of it', () => {
  const envelope = (inside: string) => `<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1">${inside}</Envelope>`;

  it.each([
    ['nothing', '', 'ovf/malformed'],
    [
      'as many attributes as a descriptor has room for',
      `<Envelope ${Array.from({ length: 700_000 }, (_, n) => `a${n}=""`).join(' ')}/>`,
      'ovf/too-much',
    ],
    ['a million elements', envelope('<a/>'.repeat(1_000_000)), 'ovf/too-much'],
    ['a million levels', '<a>'.repeat(1_000_000), 'ovf/too-much'],
    ['a name of a million characters', `<${'a'.repeat(1_000_000)}/>`, 'ovf/too-much'],
    ['more machines than any vApp has', envelope('<VirtualSystem id="a"/>'.repeat(10_000)), 'ovf/too-much'],
    ['a DOCTYPE without entities', `<!DOCTYPE Envelope>${envelope('')}`, 'ovf/doctype'],
    ['a DOCTYPE after a comment', `<!-- x --><!DOCTYPE Envelope [<!ENTITY a "b">]>${envelope('')}`, 'ovf/doctype'],
    ['an attribute given twice', '<Envelope a="1" a="2"/>', 'ovf/malformed'],
    ['a control character', envelope('\u0001'), 'ovf/malformed'],
  ])('%s', (_title, text, code) => {
    const started = performance.now();
    expect(outcome(text)).toMatchObject({ code, severity: 'error', exit: 3 });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('a million attributes are too many, or too long', () => {
    const text = `<Envelope ${Array.from({ length: 1_000_000 }, (_, n) => `a${n}=""`).join(' ')}/>`;
    expect(outcome(text)).toMatchObject({ code: 'ovf/too-large', exit: 3 });
  });

  it('a file beyond the limit is not looked at', () => {
    expect(outcome(Buffer.alloc(MAX_DESCRIPTOR_BYTES + 1, ' '))).toMatchObject({ code: 'ovf/too-large', exit: 3 });
  });

  it('a text as long as a descriptor may be is read, and shown in part', () => {
    const text = 'x'.repeat(MAX_DESCRIPTOR_BYTES - 1000);
    const long = envelope(`<VirtualSystem id="a"><Name>a</Name><Description>${text}</Description></VirtualSystem>`);
    expect(read(long).machines[0]?.labels['description']).toHaveLength(4096);
  });
});

describe('probe', () => {
  const head = (text: string | Buffer) => Buffer.from(text).subarray(0, 8192);

  it.each(fixtureNames.filter((name) => !name.startsWith('refused-')))('knows %s by its content', (name) => {
    // the first bytes of a document without any namespace say nothing
    if (name === 'no-machine.ovf') return;
    expect(descriptor.probe({ name: 'box', head: head(fixture(name)) })).toBe(true);
  });

  it.each([
    ['the name alone', 'Machine.OVF', '', true],
    ['UTF-16', 'x', utf16(plain, { mark: true, big: true }), true],
    ['another envelope', 'x.xml', fixture('refused-soap.ovf'), false],
    ['a libvirt domain', 'x.xml', fixture('refused-domain.ovf'), false],
    ['a disk', 'x.vmdk', Buffer.alloc(8192), false],
  ])('%s', (_title, name, bytes, is) => {
    expect(descriptor.probe({ name, head: head(bytes) })).toBe(is);
  });
});
