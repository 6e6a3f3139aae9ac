import { type Flow, readExactly } from '../flow.ts';
import { BLOCK, type Header, text } from './header.ts';
import { MAX_PAX, type PaxOverrides, paxOverrides, paxRecords } from './pax.ts';

type Problem = { readonly problem: string };

/** No system has longer paths. */
const MAX_LONG_NAME = 65536;
/** What a global header must not say of every entry behind it. */
const NOT_GLOBAL = /^(path|linkpath|size|GNU\.sparse\..*)$/;

/** What extended headers say of the entry behind them. */
export class Overrides {
  pax: PaxOverrides = {};
  /** No extended header was met since the last entry. */
  none = true;
  #longName: string | null = null;
  #longLink: string | null = null;

  get name(): string | null {
    return this.pax.sparse?.name ?? this.pax.path ?? this.#longName;
  }

  get link(): string | null {
    return this.pax.link ?? this.#longLink;
  }

  clear(): void {
    this.pax = {};
    this.none = true;
    this.#longName = null;
    this.#longLink = null;
  }

  /** True when `header` was an extended one, whose data was read; false when it is an entry. */
  async take(header: Header, flow: Flow): Promise<boolean | Problem> {
    const { type, size } = header;
    if (!/[LKxXg]/.test(type)) return false;
    const limit = type === 'L' || type === 'K' ? MAX_LONG_NAME : MAX_PAX;
    if (size > limit) return { problem: `an extended header of type ${type} is ${size} bytes long (limit ${limit})` };
    const data = await readExactly(flow, size);
    if (data === null) return { problem: `the archive ends inside an extended header of type ${type}` };
    await flow.skip((BLOCK - (size % BLOCK)) % BLOCK);
    if (type === 'L') this.#longName = text(data);
    if (type === 'K') this.#longLink = text(data);
    const problem = type === 'L' || type === 'K' ? null : this.#takePax(type, data);
    if (type !== 'g') this.none = false;
    return problem ?? true;
  }

  #takePax(type: string, data: Buffer): Problem | null {
    const records = paxRecords(data);
    if ('problem' in records) return records;
    if (type === 'g') {
      const bad = records.find(([key]) => NOT_GLOBAL.test(key));
      return bad === undefined ? null : { problem: `a global pax header sets ${bad[0]} for all entries` };
    }
    const overrides = paxOverrides(records);
    if ('problem' in overrides) return overrides;
    this.pax = overrides;
    return null;
  }
}
