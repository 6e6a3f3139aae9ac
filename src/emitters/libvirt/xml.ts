import { create } from 'xmlbuilder2';

/**
 * An element as xmlbuilder2 takes and gives it: `@name` is an attribute, `#` is text, any other name a child element
 * or a list of them. Undefined is left out.
 */
export interface XmlElement {
  readonly [name: string]: XmlContent | undefined;
}
export type XmlContent = string | XmlElement | readonly (string | XmlElement)[];

const isList = (content: XmlContent): content is readonly (string | XmlElement)[] => Array.isArray(content);

/** The child elements of one name, whether there are none, one or many. */
export function children(element: XmlElement, name: string): readonly (string | XmlElement)[] {
  const content = element[name];
  if (content === undefined) return [];
  return isList(content) ? content : [content];
}

/** The one child element of that name, empty when it is missing. */
export function child(element: XmlElement, name: string): XmlElement {
  const [first] = children(element, name);
  return first === undefined || typeof first === 'string' ? {} : first;
}

/** Elements that a domain may have several of; of any other there is one, which two documents share. */
const REPEATED: ReadonlySet<string> = new Set([
  ...['disk', 'controller', 'interface', 'serial', 'console', 'channel', 'input', 'graphics', 'sound', 'video'],
  ...['watchdog', 'rng', 'timer', 'feature'],
]);

/** What either says, `under` first. Where both say the same attribute or text, `over` wins. */
export function merge(under: XmlElement, over: XmlElement): XmlElement {
  const merged: Record<string, XmlContent | undefined> = { ...under };
  for (const [name, content] of Object.entries(over)) {
    if (content === undefined) continue;
    if (!Object.hasOwn(under, name) || name.startsWith('@') || typeof content === 'string') merged[name] = content;
    else if (REPEATED.has(name)) merged[name] = [...children(under, name), ...children(over, name)];
    else merged[name] = merge(child(under, name), child(over, name));
  }
  return merged;
}

/** Everything but the characters of XML 1.0, section 2.2. */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/**
 * Whether a text survives in an attribute, where XML 1.0 section 3.3.3 turns tabs and line ends into spaces, and then in
 * the JSON of QEMU's command line, whose reader takes noncharacters for broken UTF-8.
 */
export function fitsAttribute(text: string): boolean {
  return text.search(NOT_XML) < 0 && !/[\t\n\r\p{Noncharacter_Code_Point}]/u.test(text);
}

/**
 * xmlbuilder2 decodes entities in the values it is given, and leaves what looks like an entity alone when it writes,
 * so that `&amp;` in a title would come out as `&`. An ampersand escaped twice is the one that arrives.
 */
function escaped(content: XmlContent): XmlContent {
  if (typeof content === 'string') return content.replace(NOT_XML, '').replace(/&/g, '&amp;amp;');
  if (isList(content)) return content.map((item) => escaped(item) as string | XmlElement);
  const result: Record<string, XmlContent> = {};
  for (const [name, value] of Object.entries(content)) {
    if (value !== undefined) result[name] = escaped(value);
  }
  return result;
}

export function render(document: XmlElement): string {
  return `${create(escaped(document)).end({ prettyPrint: true, headless: true })}\n`;
}
