import { type Decision, type Evidence, keyPath, type NicEvidence, type Value } from '../../facts/index.ts';
import { size } from '../quantities.ts';
import { type Child, html, type Markup } from './markup.ts';
import { type Chapter, code, decisionId } from './parts.ts';
import { table } from './table.ts';

type Decided = ReadonlyMap<string, Decision>;

/** One thing about the machine: the value in large, what belongs to it in small, and who decided. */
interface Tile {
  readonly name: string;
  /** Key paths; the first one with a decision names who decided. */
  readonly keys: readonly string[];
  readonly show: (value: Value) => Child;
  readonly small: (value: (key: string) => Value | null) => readonly (string | null)[];
}

const upper = (value: Value) => String(value).toUpperCase();
const same = (value: Value) => String(value);
const MIB = 1024 * 1024;

const TILES: readonly Tile[] = [
  { name: 'Operating system', keys: ['os'], show: same, small: () => [] },
  {
    name: 'Firmware',
    keys: ['firmware'],
    show: upper,
    small: (value) => [
      value('firmware') === 'uefi'
        ? value('secure-boot') === true
          ? 'Secure Boot enforced'
          : 'Secure Boot off'
        : null,
      value('enrolled-keys') === true ? 'vendor keys enrolled' : null,
    ],
  },
  {
    name: 'Machine',
    keys: ['machine'],
    show: same,
    small: (value) => [text(value('architecture')), text(value('virt-type'))],
  },
  { name: 'Memory', keys: ['memory-mib'], show: (value) => size(Number(value) * MIB), small: () => [] },
  {
    name: 'vCPUs',
    keys: ['vcpus'],
    show: same,
    small: (value) => [text(value('cpu-topology')), text(value('cpu-mode'))],
  },
  {
    name: 'TPM',
    keys: ['tpm'],
    show: same,
    small: (value) => [value('tpm') === 'none' ? null : text(value('tpm-model'))],
  },
  {
    name: 'Display',
    keys: ['video-model'],
    show: same,
    small: (value) => [value('graphics') === null ? null : `shown by ${value('graphics')}`],
  },
  { name: 'Boots from', keys: ['boot-order'], show: (value) => String(value).replaceAll(',', ', '), small: () => [] },
];

function text(value: Value | null): string | null {
  return value === null ? null : String(value);
}

export function machineChapter(decisions: readonly Decision[], evidence: Evidence): Chapter {
  const decided: Decided = new Map(decisions.map((decision) => [keyPath(decision.key, decision.subject), decision]));
  return {
    id: 'machine',
    title: 'Machine',
    total: null,
    lead: decisions.length === 0 ? 'Nothing was decided, because what was read does not allow a decision.' : null,
    body: html`${decisions.length === 0 ? null : html`<div class="tiles">${TILES.map((tile) => tileOf(tile, decided))}${deviceTiles(evidence, decided)}</div>`}
${evidence.nics.length === 0 ? null : nicTable(evidence.nics, decided)}`,
  };
}

function tileOf({ name, keys, show, small }: Tile, decided: Decided): Markup | null {
  const decision = keys.map((key) => decided.get(key)).find((found) => found !== undefined);
  if (decision === undefined) return null;
  const value = (key: string) => decided.get(key)?.value ?? null;
  return tile(name, decision.value === null ? null : show(decision.value), small(value), decision);
}

function tile(name: Child, value: Child, small: readonly (string | null)[], decision: Decision): Markup {
  const said = small.filter((word) => word !== null);
  const who = decision.winner?.origin ?? null;
  return html`
<div class="tile" data-item><h3>${name}</h3>
<p class="value${value === null ? ' undecided' : ''}">${value ?? 'undecided'}</p>
${said.length === 0 ? null : html`<p class="small">${said.join(', ')}</p>`}
<p class="who"><a href="#${decisionId(decision)}">${who === null ? 'nobody decided' : `by ${who}`}<span class="unseen">: the votes on ${name}</span></a></p></div>`;
}

/** Bus and placement of every disk, model and network of every card. */
function deviceTiles({ disks }: Evidence, decided: Decided): readonly Markup[] {
  const value = (key: string) => text(decided.get(key)?.value ?? null);
  const buses = disks.flatMap(({ id }) => {
    const decision = decided.get(`disk-bus.${id}`);
    if (decision === undefined) return [];
    return [
      tile(
        html`Bus of ${id}`,
        decision.value === null ? null : same(decision.value),
        [value(`disk-placement.${id}`)],
        decision,
      ),
    ];
  });
  const cards = [...decided.values()]
    .filter(({ key }) => key === 'nic-model')
    .map((decision) => {
      const network = value(`network.${decision.subject}`);
      const small = [network === null ? null : `on network ${network}`, value(`nic-mac.${decision.subject}`)];
      return tile(
        html`Network card ${decision.subject}`,
        decision.value === null ? null : same(decision.value),
        small,
        decision,
      );
    });
  return [...buses, ...cards];
}

function nicTable(nics: readonly NicEvidence[], decided: Decided): Markup {
  const value = (key: string) => text(decided.get(key)?.value ?? null);
  return table(
    'Network cards of the source, and what becomes of them',
    ['Card', 'Model there', 'MAC there', 'Network there', 'Model here', 'Network here'],
    nics.map(({ id, model, mac, network }) => ({
      id: null,
      look: '',
      cells: [
        id,
        model ?? 'not said',
        mac === null ? 'none' : code(mac),
        network ?? 'not connected',
        value(`nic-model.${id}`) ?? '–',
        value(`network.${id}`) ?? '–',
      ],
    })),
  );
}
