import { defineDiagnostics } from '../../diagnostics/index.ts';

const WAIVERS =
  'A waiver says of one rule or finding, on the images of its scope, that somebody answers for it until a day. What is waived is told with the rest and does not count.';

/** What became of waivers that did not do what their author had in mind. */
export const diagnostics = defineDiagnostics('waiver', {
  expired: {
    severity: 'warning',
    exit: 1,
    message: 'The waiver of {what} expired at {expires}; the finding counts again.',
    remedy: 'Have {owner} renew or remove it.',
    explain: `${WAIVERS} Its last day is over, so it changes nothing any more. Where nothing was there to be waived, or another waiver does it, this is a note.`,
  },
  unused: {
    severity: 'info',
    exit: 1,
    message: 'The waiver of {what} waived nothing: this image raises no such finding.',
    remedy: 'Remove it once no image of its scope needs it any more.',
    explain: `${WAIVERS} This one is meant for the image, and the image did not need it. That is a note and no warning, because a waiver may be meant for many images of which only some need it.`,
  },
  'needs-digest': {
    severity: 'warning',
    exit: 1,
    message: 'The waiver of {what} is for images with certain digests, and no digest of {source} was computed.',
    remedy: 'Add --verify all.',
    explain: `${WAIVERS} Whole disks are read only when that is asked for, so without --verify all nobody can tell whether this is the image that is meant. The finding counts until that is known. A directory has no digest.`,
  },
  'no-effect': {
    severity: 'warning',
    exit: 1,
    message: 'The waiver of {what} has no effect: {reason}.',
    remedy: 'Remove it, and do what the finding itself calls for.',
    explain: `${WAIVERS} That works where the image was read, decided about and written all the same. Behind other errors something is missing, an image that was not read, a value that is not decided, a policy that was not understood, and no signature puts it there. Where nothing of the kind was found, this is a note.`,
  },
});
