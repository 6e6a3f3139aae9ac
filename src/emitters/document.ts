import { createHash } from 'node:crypto';
import { jsonText } from '../diagnostics/words.ts';
import type {
  BackingLayer,
  Decision,
  Loser,
  Obstacle,
  Plan,
  PlanDisk,
  PlanFile,
  PlanFirmware,
  PlanOs,
  Slice,
  Value,
  Winner,
} from '../facts/index.ts';
import { KEY_NAMES, parseKeyPath } from '../facts/index.ts';

export const PLAN_SCHEMA = 'vm-import/plan@1';

/** The plan as it is written: contract, section 7. */
interface PlanDocument extends Plan {
  readonly schema: typeof PLAN_SCHEMA;
}

// Each object is taken apart and put together again, so that the order of its fields is the one written here,
// whoever made it, and nothing is written that a plan does not have.

const winnerOf = ({ origin, strength, said, values, uri, pointer, rule }: Winner): Winner => ({
  origin,
  strength,
  ...(said === undefined ? {} : { said }),
  values,
  uri,
  pointer,
  rule,
});

const obstacleOf = ({ kind, id, reason, uri, pointer }: Obstacle): Obstacle => ({ kind, id, reason, uri, pointer });

const loserOf = ({ value, why, by, removedBy, ...voice }: Loser): Loser => ({
  value,
  ...winnerOf(voice),
  why,
  by,
  removedBy: removedBy === null ? null : obstacleOf(removedBy),
});

const decisionOf = ({ key, subject, value, minimum, maximum, winner, agreed, lost }: Decision): Decision => ({
  key,
  subject,
  value,
  ...(minimum === undefined ? {} : { minimum }),
  ...(maximum === undefined ? {} : { maximum }),
  winner: winner === null ? null : winnerOf(winner),
  agreed: agreed.map(winnerOf),
  lost: lost.map(loserOf),
});

const layerOf = ({ name, path, format }: BackingLayer): BackingLayer => ({ name, path, format });

const sliceOf = (slice: Slice | null): Slice | null =>
  slice === null ? null : { offset: slice.offset, size: slice.size };

const fileOf = ({ path, format, command, alternatives }: PlanFile): PlanFile => ({
  path,
  format,
  command,
  alternatives,
});

const diskOf = (disk: PlanDisk): PlanDisk => {
  const {
    id,
    uri,
    path,
    format,
    payload,
    bootable,
    slice,
    wrapping,
    copy,
    overlay,
    virtualSize,
    fileSize,
    device,
    encrypted,
    details,
    backing,
    bootOrder,
  } = disk;
  return {
    id,
    uri,
    path,
    format,
    payload,
    bootable,
    slice: sliceOf(slice),
    wrapping,
    copy: copy === null ? null : fileOf(copy),
    overlay: overlay === null ? null : fileOf(overlay),
    virtualSize,
    fileSize,
    device,
    encrypted,
    details,
    backing: backing.map(layerOf),
    bootOrder,
  };
};

const osOf = ({ id, shortId, name, version, family, distro }: PlanOs): PlanOs => ({
  id,
  shortId,
  name,
  version,
  family,
  distro,
});

const firmwareOf = ({ loader, template, reason }: PlanFirmware): PlanFirmware => ({
  loader: { path: loader.path, format: loader.format, type: loader.type },
  template: template === null ? null : { path: template.path, format: template.format },
  reason,
});

/** Position in the vocabulary, then the number of the device. */
function compareKeyPaths(left: string, right: string): number {
  const place = (path: string): readonly [number, number] => {
    const parsed = parseKeyPath(path);
    if (parsed === undefined) return [KEY_NAMES.length, 0];
    return [KEY_NAMES.indexOf(parsed.key), Number(parsed.subject?.replace(/^\D+/, '') ?? -1)];
  };
  const [leftKey, leftDevice] = place(left);
  const [rightKey, rightDevice] = place(right);
  return leftKey - rightKey || leftDevice - rightDevice || (left < right ? -1 : 1);
}

const sortedValues = (values: Plan['values']): { readonly [path: string]: Value } =>
  Object.fromEntries(Object.entries(values).sort(([left], [right]) => compareKeyPaths(left, right)));

function documentOf(plan: Plan): PlanDocument {
  return {
    schema: PLAN_SCHEMA,
    name: plan.name,
    uuid: plan.uuid,
    title: plan.title,
    description: plan.description,
    values: sortedValues(plan.values),
    os: plan.os === null ? null : osOf(plan.os),
    disks: plan.disks.map(diskOf),
    cdroms: plan.cdroms.map(({ id, path, slice, bootOrder }) => ({ id, path, slice: sliceOf(slice), bootOrder })),
    nics: plan.nics.map(({ id, bootOrder }) => ({ id, bootOrder })),
    firmwareFiles: plan.firmwareFiles === null ? null : firmwareOf(plan.firmwareFiles),
    enlightenments: plan.enlightenments,
    kernel: plan.kernel,
    initrd: plan.initrd,
    hostFirmware: plan.hostFirmware === null ? null : firmwareOf(plan.hostFirmware),
    decisions: plan.decisions.map(decisionOf),
  };
}

/** The plan document as `--emit plan` prints it. */
export const planText = (plan: Plan): string => jsonText(documentOf(plan));

/** What an artefact names its plan by: the digest of the plan document, byte for byte as it is printed. */
export const planDigest = (plan: Plan): string => `sha256:${createHash('sha256').update(planText(plan)).digest('hex')}`;
