import { pointerStep } from '../../facts/text.ts';
import { isJsonMap, type JsonMap, member } from '../json.ts';

/** Something written on an image, and where. */
export interface Written {
  readonly name: string;
  readonly value: string;
  readonly uri: string;
  /** JSON pointer. */
  readonly pointer: string;
}

const MARK = 'KUBEVIRT_IO';
/** Of one object or list. Labels of real images end at some ten. */
const MAX_WRITTEN = 512;

/** The texts of an object of texts: labels, annotations. */
export function writtenIn(of: JsonMap, path: readonly string[], uri: string): readonly Written[] {
  const found = path.reduce<ReturnType<typeof member>>((inside, name) => member(inside, name), of);
  if (!isJsonMap(found)) return [];
  return Object.entries(found)
    .slice(0, MAX_WRITTEN)
    .flatMap(([name, value]) => {
      const last = pointerStep(name.slice(0, 128));
      return typeof value === 'string' ? [{ name, value, uri, pointer: `/${[...path, last].join('/')}` }] : [];
    });
}

/**
 * Labels of KubeVirt as environment variables, which CDI turns back into labels: `INSTANCETYPE_KUBEVIRT_IO_DEFAULT_X`
 * stands for `instancetype.kubevirt.io/default-x`. A cluster that pulls an image sees its environment, not its labels.
 */
export function writtenInEnvironment(config: JsonMap, uri: string): readonly Written[] {
  const env = member(member(config, 'config'), 'Env');
  if (!Array.isArray(env)) return [];
  return env.slice(0, MAX_WRITTEN).flatMap((entry, index) => {
    if (typeof entry !== 'string') return [];
    const sign = entry.indexOf('=');
    const name = sign < 0 ? undefined : labelOf(entry.slice(0, sign));
    return name === undefined ? [] : [{ name, value: entry.slice(sign + 1), uri, pointer: `/config/Env/${index}` }];
  });
}

function labelOf(variable: string): string | undefined {
  const at = variable.length > 256 ? -1 : variable.indexOf(MARK);
  if (at < 0) return undefined;
  const prefix = variable.slice(0, at).replace(/_$/, '').toLowerCase().replaceAll('_', '.');
  const name = variable
    .slice(at + MARK.length)
    .replace(/^_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
  return name === '' ? undefined : `${prefix === '' ? '' : `${prefix}.`}kubevirt.io/${name}`;
}
