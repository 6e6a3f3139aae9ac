import { describe, expect, it } from 'vitest';
import { expressionProblem, syntaxTree } from '../../../src/policy/conditions.ts';
import { missing } from '../../../src/policy/lint/missing.ts';

function toldOf(text: string): readonly string[] {
  expect(expressionProblem(text, { phase: 'verify', wants: 'bool' })).toBeUndefined();
  return missing(syntaxTree(text, 'verify')).map(({ fact, how }) => `${fact} ${how}`);
}

describe('facts that a condition takes for granted', () => {
  it.each<[string, ...string[]]>([
    ['disks[0].bootable', 'disks[0].bootable null'],
    ['!disks[0].bootable', 'disks[0].bootable null'],
    ['disks[0].details.snapshotCount > 0', 'disks[0].details.snapshotCount absent'],
    ['disks[0].details["snapshotCount"] == 0', 'disks[0].details.snapshotCount absent'],
    ['disks.exists(d, d.virtualSize > 5 || d.virtualSize < 2)', 'd.virtualSize null'],
    ['disks.exists(d, d.virtualSize == null && d.virtualSize < 2)', 'd.virtualSize null'],
    ['disks.exists(d, !(d.virtualSize == null) || d.virtualSize < 2)', 'd.virtualSize null'],
    ['disks.exists(d, d.virtualSize != null) && disks.exists(d, d.virtualSize > 5)', 'd.virtualSize null'],
    ['disks.exists(d, d.virtualSize != null && disks.exists(e, e.virtualSize > d.virtualSize))', 'e.virtualSize null'],
    ['disks.all(d, d.content.kernel != null)', 'd.content null'],
    ['disks.all(d, d.content != null && d.content.kernel.kind == "x")', 'd.content.kernel null'],
    ['disks.exists(d, d.backing.exists(b, b.name == "x"))', 'd.backing null'],
    ['nics.exists(n, n.mac.startsWith("00"))', 'n.mac null'],
    ['nics.exists(n, "x" + n.mac == "x")', 'n.mac null'],
    ['evidence.machine.labels.team == "x"', 'evidence.machine.labels.team absent'],
    ['disks[0].virtualSize == null ? disks[0].virtualSize > 1 : true', 'disks[0].virtualSize null'],
    ['size(disks.filter(d, d.virtualSize > 5)) > 0', 'd.virtualSize null'],
    ['cel.bind(d, disks[0], d.virtualSize > 5)', 'd.virtualSize null'],
    ['nics.exists(n, n.mac > "a" && n.model > "b")', 'n.mac null', 'n.model null'],
  ])('%s', (text, ...expected) => expect(toldOf(text)).toEqual(expected));

  it.each([
    'disks.exists(d, d.virtualSize != null && d.virtualSize > 5)',
    'disks.exists(d, d.virtualSize > 5 && d.virtualSize != null)',
    'disks.exists(d, d.virtualSize == null || d.virtualSize > 5)',
    'disks.exists(d, !(d.virtualSize == null) && d.fileSize > 1 && d.virtualSize > 5)',
    'disks.exists(d, !(d.virtualSize == null || d.fileSize > 1) && d.virtualSize > 5)',
    'disks.exists(d, d.virtualSize in [5, 6] && d.virtualSize > 5)',
    'disks[0].virtualSize == null ? true : disks[0].virtualSize > 1',
    'disks[0].bootable == true',
    'disks[0].format == null || nics[0].mac in ["a"]',
    'disks.exists(d, has(d.details.snapshotCount) && d.details.snapshotCount > 0)',
    'disks.exists(d, !has(d.details.snapshotCount) || d.details.snapshotCount > 0)',
    'disks.exists(d, "a" in d.details && d.details["a"] == 1 && d.details.a > 0)',
    'disks.exists(d, d.format == "qcow2" && d.details.snapshotCount > 0)',
    'disks.exists(d, d.format in ["qcow2"] && d.details.snapshotCount > 0)',
    'disks.all(d, d.content != null && d.content.kernel != null && d.content.kernel.kind == "x")',
    'disks.filter(d, d.virtualSize != null).exists(e, e.virtualSize > 5)',
    'disks.filter(d, d.virtualSize != null && d.content != null).filter(x, x.device).all(e, e.content.hybrid)',
    'disks.exists(d, d.virtualSize != null && disks.exists(e, e.fileSize > d.virtualSize))',
    'disks.map(d, d.virtualSize).exists(s, s == 5)',
    'cel.bind(s, disks[0].virtualSize, s != null && s > 5)',
    'cel.bind(d, disks[0], has(d.details.x) && d.details.x == 1)',
    'cel.bind(d, disks[0], d.virtualSize) == null',
    'dyn(disks[0].virtualSize) == null',
    'plan["vcpus"] > 4 && plan.os.startsWith("win")',
    'evidence.extensions.all(k, k != "x")',
  ])('%s is in order', (text) => expect(toldOf(text)).toEqual([]));
});
