/** Names of architectures that Go (and so OCI and Vagrant), Debian, Linux and VirtualBox use. */
const NAMES: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  x86_64: 'x86_64',
  '386': 'i686',
  i386: 'i686',
  i486: 'i686',
  i586: 'i686',
  i686: 'i686',
  arm64: 'aarch64',
  aarch64: 'aarch64',
  arm: 'armv7l',
  armhf: 'armv7l',
  armv7l: 'armv7l',
  ppc64: 'ppc64',
  ppc64le: 'ppc64le',
  powerpc64: 'ppc64',
  powerpc64le: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
  loong64: 'loongarch64',
  loongarch64: 'loongarch64',
};

/** The architecture in our vocabulary; undefined for a name that is not known. */
export function architectureNamed(name: string): string | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(NAMES, lower) ? NAMES[lower] : undefined;
}
