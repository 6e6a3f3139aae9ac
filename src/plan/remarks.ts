import type { Finding } from '../diagnostics/index.ts';
import { describeSource, listValues } from '../facts/describe-vote.ts';
import type { Decision, HostCapabilities, Key, Value, Vote } from '../facts/index.ts';
import { type Ballot, type Devices, satisfies } from './ballots.ts';
import { type Candidates, isBound } from './candidates.ts';
import { diagnostics } from './diagnostics.ts';
import { speaksFor } from './host-fit.ts';

// What is worth saying about a resolution once it is there. Nothing here decides.

/** A disk whose hints about the machine came to nothing is told so, when it wanted something else. */
export function disagreements(candidates: Candidates, value: Value): Finding[] {
  const { ballots, slot } = candidates;
  const winner = ballots.find((ballot) => ballot.dropped === null && satisfies(ballot, value) && !isBound(ballot));
  const speaks = (ballot: Ballot) =>
    ballot.vote.disk !== null && ballot.vote.subject === null && ballot.vote.origin === 'hints';
  const others = ballots.filter(
    (ballot) =>
      speaks(ballot) &&
      (ballot.dropped?.obstacle?.kind === 'boot-disk' || ballot.strength !== ballot.vote.strength) &&
      !satisfies({ vote: ballot.vote, strength: ballot.vote.strength }, value),
  );
  const disks = new Set(ballots.filter(speaks).map((ballot) => ballot.vote.disk));
  return others.flatMap((ballot) =>
    disks.size < 2 && ballot.dropped === null
      ? []
      : [
          diagnostics['disk-disagreement'](
            {
              disk: ballot.vote.disk ?? '',
              key: slot.path,
              values: listValues(ballot.vote.values),
              value,
              winner: winner === undefined ? 'the default' : describeSource(winner.vote),
            },
            [{ origin: ballot.vote.origin, uri: ballot.vote.uri, pointer: ballot.vote.pointer }],
          ),
        ],
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
    diagnostics['architecture-ignored']({ wanted: wanted.value, value: decision.value, by: wanted.by ?? wanted.why }, [
      { origin: wanted.origin, uri: wanted.uri, pointer: wanted.pointer },
    ]),
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
  return speaksFor(host, architecture, machine, virtType)
    ? []
    : [
        diagnostics['host-silent'](
          { architecture, machine, virtType },
          host.uris.map((uri) => ({ origin: 'host', uri, pointer: null })),
        ),
      ];
}
