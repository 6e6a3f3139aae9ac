import { type Meaning, nothing, system } from './meaning.ts';

/** One way to write a version, and the short-ids it leads to; `$1`, `$2` are its groups. */
interface Form {
  readonly match: RegExp;
  readonly systems?: readonly string[];
  readonly generics?: readonly string[];
  readonly lines?: readonly string[];
}

interface Distro {
  readonly name: string;
  /** Default: linux. */
  readonly family?: string;
  readonly forms?: readonly Form[];
  /** Entries for the whole distribution, when no version is said. */
  readonly unsaid?: readonly string[];
  /** The one entry of a distribution that has no releases. */
  readonly rolling?: string;
}

const MAJOR = /^(\d{1,3})$/;
const MINOR = /^(\d{1,3})\.(\d{1,3})$/;
/** With or without the point releases that the database does not distinguish. */
const MINOR_POINT = /^(\d{1,3}\.\d{1,3})(?:\.\d{1,3})?$/;

const one = (match: RegExp, ...systems: readonly string[]): Form => ({ match, systems });
const versioned = (prefix: string): readonly Form[] => [one(/^(\d{1,4}(?:\.\d{1,3}){0,2})$/, `${prefix}$1`)];

/** Major releases with minor ones, and the entry that the database keeps for minor releases it does not know yet. */
const withMinors = (prefix: string): readonly Form[] => [
  { match: MINOR, systems: [`${prefix}$1.$2`], generics: [`${prefix}$1-unknown`] },
  { match: MAJOR, generics: [`${prefix}$1-unknown`], lines: [`${prefix}$1`] },
];

/** The BSDs: releases only, for branches in development have no entry. */
const bsd = (prefix: string): readonly Form[] => [
  one(/^(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)(?:-RELEASE(?:-p\d{1,3})?)?$/i, `${prefix}$1`),
  { match: MAJOR, lines: [`${prefix}$1`] },
];

/** Since 15 server and desktop share their entries. Service packs are written 15.5, 15-SP5, 15 SP5. */
const suseEnterprise = (older: string): readonly Form[] => [
  { match: /^(1[5-9])\.0$/, systems: ['sle$1'], generics: ['sle$1-unknown', 'sle-unknown'] },
  { match: /^(1[5-9])(?:\.|[- ]?sp)(\d)$/i, systems: ['sle$1sp$2'], generics: ['sle$1-unknown', 'sle-unknown'] },
  { match: /^(1[5-9])$/, generics: ['sle$1-unknown', 'sle-unknown'], lines: ['sle$1'] },
  { match: /^(9|1[0-2])\.0$/, systems: [`${older}$1`], generics: [`${older}$1-unknown`] },
  { match: /^(1[0-2])(?:\.|[- ]?sp)(\d)$/i, systems: [`${older}$1sp$2`], generics: [`${older}$1-unknown`] },
  { match: /^(9|1[0-2])$/, generics: [`${older}$1-unknown`], lines: [`${older}$1`] },
];

/** Rebuilds whose newer entries are for a major release as a whole. */
const wholeMajors = (prefix: string): readonly Form[] => [
  { match: MINOR, systems: [`${prefix}$1.$2`, `${prefix}$1`], generics: [`${prefix}$1-unknown`] },
  { match: MAJOR, systems: [`${prefix}$1`], generics: [`${prefix}$1-unknown`], lines: [`${prefix}$1`] },
];

const DISTROS: ReadonlyMap<string, Distro> = new Map<string, Distro>([
  ['almalinux', { name: 'AlmaLinux', forms: wholeMajors('almalinux') }],
  ['alpine', { name: 'Alpine Linux', forms: [one(MINOR_POINT, 'alpinelinux$1')] }],
  [
    'alt',
    { name: 'ALT Linux', forms: [one(/^(p\d{1,2}|sisyphus)$/i, 'alt.$1'), one(MINOR, 'alt$1.$2', 'altlinux$1.$2')] },
  ],
  [
    'anolis',
    {
      name: 'Anolis OS',
      forms: [{ match: MINOR, systems: ['anolis$1.$2'], generics: ['anolis$1-unknown', 'anolis-unknown'] }],
      unsaid: ['anolis-unknown'],
    },
  ],
  ['arch', { name: 'Arch Linux', rolling: 'archlinux' }],
  [
    'asianux',
    {
      name: 'Asianux',
      forms: [
        { match: MINOR, systems: ['asianux$1.$2'], generics: ['asianux-unknown'] },
        { match: MAJOR, generics: ['asianux-unknown'], lines: ['asianux$1'] },
      ],
      unsaid: ['asianux-unknown'],
    },
  ],
  [
    'centos',
    {
      name: 'CentOS',
      forms: [
        // one entry stands for all of CentOS 7, and one for all of CentOS 8
        { match: /^7\.[\d.]{1,12}$/, generics: ['centos7.0'] },
        { match: /^7$/, generics: ['centos7.0'] },
        one(/^8\.[\d.]{1,12}$/, 'centos8'),
        one(/^([56]\.\d{1,2})$/, 'centos$1'),
        { match: /^([56])$/, lines: ['centos$1'] },
      ],
    },
  ],
  ['centos-stream', { name: 'CentOS Stream', forms: [one(MAJOR, 'centos-stream$1')] }],
  ['cirros', { name: 'CirrOS', forms: versioned('cirros') }],
  ['clear-linux', { name: 'Clear Linux', rolling: 'clearlinux' }],
  // entries exist for 3.1 and before, and for every major release since
  [
    'debian',
    { name: 'Debian', forms: [one(/^([1-3]\.\d)$/, 'debian$1'), one(/^(\d{1,3})(?:\.\d{1,3})?$/, 'debian$1')] },
  ],
  [
    'dragonflybsd',
    { name: 'DragonFly BSD', family: 'dragonflybsd', forms: [one(/^(\d\.\d{1,2}(?:\.\d{1,2})?)$/, 'dragonflybsd$1')] },
  ],
  ['endless', { name: 'Endless OS', forms: [one(MINOR_POINT, 'eos$1')] }],
  ['eurolinux', { name: 'EuroLinux', forms: wholeMajors('eurolinux') }],
  [
    'fedora',
    {
      name: 'Fedora Linux',
      forms: [
        { match: MAJOR, systems: ['fedora$1'], generics: ['fedora-unknown'] },
        one(/^(rawhide|eln)$/, 'fedora-$1'),
      ],
      unsaid: ['fedora-unknown'],
    },
  ],
  ['freebsd', { name: 'FreeBSD', family: 'freebsd', forms: bsd('freebsd') }],
  ['gentoo', { name: 'Gentoo', rolling: 'gentoo' }],
  ['mageia', { name: 'Mageia', forms: [one(MAJOR, 'mageia$1')] }],
  ['mandrake', { name: 'Mandrake Linux', forms: [one(MINOR, 'mandrake$1.$2')] }],
  ['mandriva', { name: 'Mandriva Linux', forms: versioned('mandriva') }],
  ['manjaro', { name: 'Manjaro', rolling: 'manjaro' }],
  ['mes', { name: 'Mandriva Enterprise Server', forms: versioned('mes') }],
  ['miraclelinux', { name: 'MIRACLE LINUX', forms: withMinors('miraclelinux') }],
  ['netbsd', { name: 'NetBSD', family: 'netbsd', forms: bsd('netbsd') }],
  ['netware', { name: 'NetWare', family: 'netware', forms: [one(/^(\d)(?:\.\d{1,2})?$/, 'netware$1')] }],
  [
    'nixos',
    {
      name: 'NixOS',
      forms: [{ match: /^(\d\d\.\d\d)$/, systems: ['nixos-$1'], generics: ['nixos-unknown'] }],
      unsaid: ['nixos-unknown'],
    },
  ],
  [
    'ol',
    {
      name: 'Oracle Linux',
      forms: [
        { match: MINOR, systems: ['ol$1.$2', 'oel$1.$2'], generics: ['ol$1-unknown'] },
        { match: MAJOR, generics: ['ol$1-unknown'], lines: ['oel$1', 'ol$1'] },
      ],
    },
  ],
  ['omnios', { name: 'OmniOS', family: 'illumos', rolling: 'omnios' }],
  ['openbsd', { name: 'OpenBSD', family: 'openbsd', forms: bsd('openbsd') }],
  ['openindiana', { name: 'OpenIndiana', family: 'illumos', rolling: 'openindiana' }],
  ['opensolaris', { name: 'OpenSolaris', family: 'solaris', forms: [one(/^(2009\.06)$/, 'opensolaris$1')] }],
  [
    'opensuse',
    {
      name: 'openSUSE',
      forms: [
        { match: MINOR, systems: ['opensuse$1.$2'], generics: ['opensuse-unknown'] },
        { match: MAJOR, generics: ['opensuse-unknown'], lines: ['opensuse$1'] },
      ],
      unsaid: ['opensuse-unknown'],
    },
  ],
  ['opensuse-tumbleweed', { name: 'openSUSE Tumbleweed', rolling: 'opensusetumbleweed' }],
  ['pop', { name: 'Pop!_OS', forms: [one(MINOR, 'popos$1.$2')] }],
  ['pureos', { name: 'PureOS', forms: [one(/^(\d{1,2})(?:\.\d{1,2})?$/, 'pureos$1')] }],
  [
    'rhel',
    {
      name: 'Red Hat Enterprise Linux',
      forms: [one(/^(2\.1\.\d)$/, 'rhel$1'), { match: /^(2\.1)$/, lines: ['rhel$1'] }, ...withMinors('rhel')],
      unsaid: ['rhel-unknown'],
    },
  ],
  ['rocky', { name: 'Rocky Linux', forms: wholeMajors('rocky'), unsaid: ['rocky-unknown'] }],
  ['scientific', { name: 'Scientific Linux', forms: withMinors('scientificlinux') }],
  [
    'silverblue',
    {
      name: 'Fedora Silverblue',
      forms: [{ match: MAJOR, systems: ['silverblue$1'], generics: ['silverblue-unknown'] }],
      unsaid: ['silverblue-unknown'],
    },
  ],
  ['slackware', { name: 'Slackware', forms: [one(MINOR, 'slackware$1.$2')] }],
  ['sle-micro', { name: 'SUSE Linux Enterprise Micro', forms: [one(MINOR, 'slem$1.$2')] }],
  ['sled', { name: 'SUSE Linux Enterprise Desktop', forms: suseEnterprise('sled'), unsaid: ['sle-unknown'] }],
  ['sles', { name: 'SUSE Linux Enterprise Server', forms: suseEnterprise('sles'), unsaid: ['sle-unknown'] }],
  ['smartos', { name: 'SmartOS', family: 'illumos', rolling: 'smartos' }],
  ['solaris', { name: 'Solaris', family: 'solaris', forms: [one(/^(9|1[01])(?:[.u/]\d{1,2}){0,2}$/, 'solaris$1')] }],
  ['trisquel', { name: 'Trisquel', forms: [one(/^(\d{1,2})(?:\.\d{1,2})?$/, 'trisquel$1')] }],
  ['ubuntu', { name: 'Ubuntu', forms: [one(/^(\d{1,2}\.\d\d)(?:\.\d{1,2})?$/, 'ubuntu$1')] }],
  ['void', { name: 'Void Linux', rolling: 'voidlinux' }],
]);

/** Whether `release` has rules for that name. */
export function isDistro(name: string): boolean {
  return DISTROS.has(name);
}

/**
 * A release of a distribution, by its name in the table above. A version that it does not write so means nothing: it is
 * never cut down to one that is known.
 */
export function release(distro: string, version: string | null): Meaning {
  const found = DISTROS.get(distro);
  if (found === undefined) return nothing(null, 'it is no name that is known');
  const { name, family = 'linux', forms = [], unsaid = [], rolling } = found;
  if (rolling !== undefined) return system(rolling, family);
  if (version === null || version === '') {
    return { generics: unsaid, family, reason: `it names ${name} without a version` };
  }
  const form = forms.find(({ match }) => match.test(version));
  if (form === undefined) return nothing(family, `no entry is kept for versions of ${name} that are written so`);
  const filled = (templates: readonly string[] = []) =>
    templates.map((template) => version.replace(form.match, template));
  const systems = filled(form.systems);
  return {
    systems,
    generics: filled(form.generics),
    lines: filled(form.lines),
    guess: form.lines !== undefined,
    family,
    reason: reasonFor(form, name, version, systems[0]),
  };
}

function reasonFor(form: Form, name: string, version: string, missing: string | undefined): string {
  if (missing !== undefined) return `the database has no entry ${missing}`;
  return form.lines === undefined
    ? `the database has one entry for all of ${name} ${version.split('.')[0]}`
    : `it does not say which ${name} ${version}`;
}
