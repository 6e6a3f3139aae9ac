/** Volume descriptors of real media, and the system of each. */
export interface Medium {
  readonly os: string;
  readonly volume: string;
  readonly system?: string;
  readonly publisher?: string;
  readonly application?: string;
  /** genisoimage keeps lower case where xorriso writes capitals; both make the rest, in turn. */
  readonly tool?: 'genisoimage';
  /** Systems whose media are named alike, in some databases; libosinfo takes the one that its hash table has first. */
  readonly alike?: readonly string[];
}

const LINUX = { system: 'LINUX' } as const;
const SUSE = { system: 'LINUX', publisher: 'SUSE LINUX GmbH', tool: 'genisoimage' } as const;
const MICROSOFT = { publisher: 'MICROSOFT CORPORATION' } as const;
const FREEBSD = { system: 'FreeBSD', tool: 'genisoimage' } as const;

export const MEDIA: readonly Medium[] = [
  { os: 'fedora37', volume: 'Fedora-S-dvd-x86_64-37', ...LINUX },
  { os: 'fedora37', volume: 'Fedora-WS-Live-37-1-7' },
  { os: 'fedora36', volume: 'Fedora-S-dvd-aarch64-36', ...LINUX },
  { os: 'silverblue36', volume: 'Fedora-SB-ostree-x86_64-36' },
  { os: 'debian11', volume: 'Debian 11.5.0 amd64 n' },
  { os: 'debian11', volume: 'Debian 11.5.0 arm64 n' },
  { os: 'debian10', volume: 'Debian 10.13.0 i386 n' },
  { os: 'ubuntu22.04', volume: 'Ubuntu-Server 22.04.1 LTS amd64' },
  { os: 'ubuntu22.04', volume: 'Ubuntu 22.04 LTS amd64' },
  { os: 'ubuntu20.04', volume: 'Ubuntu-Server 20.04.5 LTS arm64' },
  { os: 'ubuntu18.04', volume: 'Ubuntu 18.04.6 LTS amd64' },
  { os: 'popos20.10', volume: 'Pop_OS 20.10 amd64 Intel' },
  {
    os: 'elementary5.0',
    volume: 'elementary OS 5.0 Juno',
    application: 'elementary OS 5.0 Juno',
    ...LINUX,
    tool: 'genisoimage',
  },
  { os: 'trisquel9', volume: 'trisquel 9.0.2 amd64' },
  { os: 'pureos9', volume: 'PureOS 9.0 GNOME Live' },
  { os: 'rhel9.1', volume: 'RHEL-9-1-0-BaseOS-x86_64', ...LINUX, alike: ['eurolinux9'] },
  { os: 'rhel8.7', volume: 'RHEL-8-7-0-BaseOS-aarch64', ...LINUX, alike: ['eurolinux8'] },
  { os: 'rhel7.9', volume: 'RHEL-7.9 Server.x86_64', ...LINUX },
  { os: 'centos-stream9', volume: 'CentOS-Stream-9-BaseOS-x86_64', ...LINUX },
  { os: 'centos-stream8', volume: 'CentOS-Stream-8-x86_64-dvd', ...LINUX },
  { os: 'almalinux9', volume: 'AlmaLinux-9-1-x86_64-dvd', ...LINUX },
  { os: 'almalinux8', volume: 'AlmaLinux-8-7-aarch64-dvd', ...LINUX },
  { os: 'rocky9', volume: 'Rocky-9-1-x86_64-dvd', ...LINUX },
  { os: 'ol8.5', volume: 'OL-8-5-0-BaseOS-x86_64', ...LINUX },
  { os: 'circle9.0', volume: 'Circle-9-0-x86_64-dvd', alike: ['circle9-unknown'] },
  { os: 'miraclelinux8.4', volume: 'MIRACLE-LINUX-8-4-x86_64', ...LINUX },
  { os: 'asianux7.2', volume: 'Asianux Server 7 SP2 x86_64', ...LINUX },
  { os: 'alpinelinux3.17', volume: 'alpine-std 3.17.0 x86_64', ...LINUX },
  { os: 'alpinelinux3.16', volume: 'alpine-std 3.16.2 aarch64', ...LINUX },
  { os: 'opensuse15.4', volume: 'openSUSE-Leap-15.4-DVD-x86_64', ...SUSE },
  { os: 'opensusetumbleweed', volume: 'openSUSE-Tumbleweed-DVD-x86_64', ...SUSE },
  { os: 'sle15', volume: 'SLE-15-Installer-DVD-x86_64', ...LINUX },
  { os: 'sle15sp4', volume: 'SLE-15-SP4-Installer-DVD-x86_64', ...LINUX, alike: ['sle15-unknown'] },
  { os: 'sles12sp5', volume: 'SLE-12-SP5-Server-DVD-aarch64', ...LINUX },
  { os: 'caasp3.0', volume: 'SUSE-CaaS-Platform-3.0-DVD-x86_6', ...LINUX },
  { os: 'mageia8', volume: 'Mageia-8-x86_64', publisher: 'MAGEIA.ORG', ...LINUX },
  { os: 'manjaro', volume: 'MANJARO_GNOME_2200' },
  {
    os: 'archlinux',
    volume: 'ARCH_202212',
    publisher: 'ARCH LINUX <HTTPS://ARCHLINUX.ORG>',
    application: 'ARCH LINUX LIVE/RESCUE CD',
  },
  { os: 'nixos-22.05', volume: 'nixos-minimal-22.05-x86_64' },
  { os: 'gentoo', volume: 'Gentoo amd64 20221211T170150Z' },
  {
    os: 'alt.p10',
    volume: 'ALT p10 starter/x86_64',
    publisher: 'ALT LINUX TEAM',
    application: 'ALT-P10-20221212',
    ...LINUX,
  },
  { os: 'slackware14.2', volume: 'SlackDVD', application: 'Slackware64 14.2 DVD', ...LINUX, tool: 'genisoimage' },
  { os: 'eos4.0', volume: 'Endless-OS-4-0-221115-en', publisher: 'ENDLESS OS FOUNDATION LLC' },
  { os: 'freebsd13.1', volume: '13_1_RELEASE_AMD64_CD', ...FREEBSD },
  { os: 'freebsd12.3', volume: '12_3_RELEASE_I386_DVD', ...FREEBSD },
  {
    os: 'openbsd7.0',
    volume: 'OpenBSD/amd64   7.0 Install CD',
    system: 'OpenBSD',
    publisher: 'Copyright (c) 2021 Theo de Raadt, The OpenBSD project',
    application: 'OpenBSD 7.0 amd64 Install CD',
    tool: 'genisoimage',
  },
  { os: 'haikunightly', volume: 'haiku-nightly-x86_64' },
  { os: 'win11', volume: 'CCCOMA_X64FREE_EN-US_DV9', ...MICROSOFT, alike: ['win10'] },
  { os: 'win8', volume: 'HRM_CCSA_X64FREE_EN-US_DV5', ...MICROSOFT },
  { os: 'win7', volume: 'GSP1RMCPRXFRER_DE_DVD', ...MICROSOFT },
  { os: 'win2k22', volume: 'SSS_X64FREE_EN-US_DV9', ...MICROSOFT, alike: ['win2k25', 'win2k19', 'win2k16'] },
  { os: 'win2k12r2', volume: 'IR3_SSS_X64FREE_FR-FR_DV9', ...MICROSOFT },
  { os: 'win2k8r2', volume: 'GRMSXFRER_EN_DVD', ...MICROSOFT },
];

/** Discs that no medium of any database may match: one of the names is not quite what it has to be. */
export const STRANGERS: readonly (Omit<Medium, 'os'> & { readonly why: string })[] = [
  { why: 'volume id in capitals', volume: 'FEDORA-S-DVD-X86_64-37', ...LINUX },
  { why: 'volume id in small letters', volume: 'rhel-9-1-0-baseos-x86_64', ...LINUX },
  { why: 'a space instead of a hyphen', volume: 'Fedora S dvd x86_64 37', ...LINUX },
  { why: 'cut volume id', volume: 'Ubuntu-Server 22.04.1 LT' },
  { why: 'system id in capitals', volume: '13_1_RELEASE_AMD64_CD', system: 'FREEBSD' },
  { why: 'no system id', volume: '13_1_RELEASE_AMD64_CD', system: '' },
  { why: 'another system id', volume: 'SLE-12-SP5-Server-DVD-x86_64', system: 'Win32', tool: 'genisoimage' },
  { why: 'no publisher', volume: 'SSS_X64FREE_EN-US_DV9' },
  { why: 'another publisher', volume: 'SSS_X64FREE_EN-US_DV9', publisher: 'SOMEBODY ELSE' },
  {
    why: 'publisher in small letters',
    volume: 'GRMSXFRER_EN_DVD',
    publisher: 'microsoft corporation',
    tool: 'genisoimage',
  },
  {
    why: 'another application id',
    volume: 'ARCH_202212',
    publisher: 'ARCH LINUX <HTTPS://ARCHLINUX.ORG>',
    application: 'XORRISO',
  },
  { why: 'text before an anchored volume id', volume: 'X_SSS_X64FREE_EN-US_DV9', ...MICROSOFT },
  { why: 'text behind an anchored volume id', volume: 'alpine-std 3.17.0 x86_64.1' },
  { why: 'another size of the volume', volume: 'CentOS_6.10_Final', ...LINUX },
  { why: 'another size, CentOS 8', volume: 'CentOS-8-5-2111-x86_64-dvd', ...LINUX },
  { why: 'an architecture that nobody ships', volume: 'Debian 11.5.0 vax n' },
  { why: 'driver disc', volume: 'virtio-win-0.1.229' },
  { why: 'cloud-init seed', volume: 'cidata' },
  { why: 'config drive', volume: 'config-2' },
  { why: 'default volume id', volume: 'CDROM' },
  { why: 'default volume id of xorriso', volume: 'ISOIMAGE' },
  { why: 'only a prefix of a volume id', volume: 'Fedora' },
  { why: 'patterns as text', volume: '.*' },
  { why: 'name of an id', volume: 'fedora37' },
];
