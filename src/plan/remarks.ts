import type { Finding } from '../diagnostics/index.ts';
import { describeSource, listValues } from '../facts/describe-vote.ts';
import { type Decision, type HostCapabilities, type Key, provenanceOf, type Value, type Vote } from '../facts/index.ts';
import { type Ballot, type Devices, satisfies } from './ballots.ts';
import { type Candidates, isBound } from './candidates.ts';
import { diagnostics } from './diagnostics.ts';
import { documentFor } from './host-document.ts';
import { witnessOf } from './removal.ts';

// What is worth saying about a resolution once it is there. Nothing here decides.

const byDisk = ({ vote }: Ballot) => vote.disk !== null && vote.subject === null && vote.origin === 'hints';

/** Whether `plan/disk-disagreement` tells of it, when what it asks for does not hold. */
export function toldByDisks({ ballots }: Candidates, ballot: Ballot): boolean {
  if (!byDisk(ballot)) return false;
  if (ballot.dropped !== null) return ballot.dropped.obstacle?.kind === 'boot-disk';
  if (ballot.strength === ballot.vote.strength) return false;
  return ballots.some((other) => byDisk(other) && other.vote.disk !== ballot.vote.disk);
}

/** A disk whose hints about the machine came to nothing is told so, when it wanted something else. */
export function disagreements(candidates: Candidates, value: Value): Finding[] {
  const { ballots, slot } = candidates;
  const winner = ballots.find((ballot) => ballot.dropped === null && satisfies(ballot, value) && !isBound(ballot));
  return ballots
    .filter((ballot) => toldByDisks(candidates, ballot))
    .filter(({ vote }) => !satisfies({ vote, strength: vote.strength }, value))
    .map(({ vote }) =>
      diagnostics['disk-disagreement'](
        {
          disk: vote.disk ?? '',
          key: slot.path,
          values: listValues(vote.values),
          value,
          winner: winner === undefined ? 'the default' : describeSource(winner.vote),
        },
        [provenanceOf(vote), ...(winner === undefined ? [] : [provenanceOf(winner.vote)])],
      ),
    );
}

/** A guest of another architecture than the image is made for does not boot; that must not happen in silence. */
export function ignoredArchitecture(decisions: readonly Decision[]): Finding[] {
  const decision = decisions.find(({ key }) => key === 'architecture');
  const byImage = ['hints', 'descriptor', 'content'];
  const wanted = decision?.lost.find(
    ({ origin, why, value }) => byImage.includes(origin) && why !== 'untrusted' && value !== decision.value,
  );
  if (decision === undefined || decision.value === null || wanted === undefined) return [];
  if (decision.winner?.origin !== 'default') return [];
  return [
    diagnostics['architecture-ignored'](
      { wanted: wanted.value, value: decision.value, by: wanted.removedBy?.reason ?? wanted.why },
      [
        { origin: wanted.origin, uri: wanted.uri, pointer: wanted.pointer },
        ...(wanted.removedBy === null ? [] : [witnessOf(wanted.removedBy)]),
      ],
    ),
  ];
}

/** Votes about devices that the machine does not have. */
export function strayDevices(votes: readonly Vote[], devices: Devices, keys: readonly Key[]): Finding[] {
  return votes.flatMap((vote) =>
    vote.subject === null ||
    !keys.includes(vote.key) ||
    devices.disks.includes(vote.subject) ||
    devices.nics.includes(vote.subject)
      ? []
      : [
          diagnostics['no-such-device']({ key: `${vote.key}.${vote.subject}`, device: vote.subject }, [
            { origin: vote.origin, uri: vote.uri, pointer: vote.pointer },
          ]),
        ],
  );
}

/** What was decided on ground that no host document speaks of. */
export function hostSilence(host: HostCapabilities | null, decisions: readonly Decision[]): Finding[] {
  if (host === null) return [];
  const value = (key: Key) => decisions.find((decision) => decision.key === key)?.value;
  const [architecture, machine, virtType] = [value('architecture'), value('machine'), value('virt-type')];
  if (typeof architecture !== 'string' || typeof machine !== 'string' || typeof virtType !== 'string') return [];
  return documentFor(host, architecture, machine, virtType) !== undefined
    ? []
    : [
        diagnostics['host-silent'](
          { architecture, machine, virtType },
          host.uris.map((uri) => ({ origin: 'host', uri, pointer: null })),
        ),
      ];
}
