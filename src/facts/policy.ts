/** The settings of a policy that are not rules. */
export interface PolicySettings {
  /** How far the image's `required` and `forbidden` bind. */
  readonly trustHints: 'honour' | 'recommend' | 'ignore';
  /** What required hints of several disks that contradict each other lead to, when nothing shows which disk boots. */
  readonly disagreement: 'unresolved' | 'warn' | 'boot-disk-wins';
  readonly backingFiles: 'refuse' | 'below-source';
  /** Which OS database answers: the package's own, the one installed on this machine, or the newer of both. */
  readonly osinfo: 'embedded' | 'installed' | 'newest';
}

export const DEFAULT_SETTINGS: PolicySettings = {
  trustHints: 'honour',
  disagreement: 'unresolved',
  backingFiles: 'refuse',
  osinfo: 'embedded',
};
