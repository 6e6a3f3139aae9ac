/** What people meet; in the words of strerror(3). */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'device or resource busy',
  EDQUOT: 'disk quota exceeded',
  EEXIST: 'file exists',
  EFBIG: 'file too large',
  EINVAL: 'invalid argument',
  EIO: 'input/output error',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'file name too long',
  ENODEV: 'no such device',
  ENOENT: 'no such file or directory',
  ENOMEM: 'cannot allocate memory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  ENXIO: 'no such device or address',
  EPERM: 'operation not permitted',
  EROFS: 'read-only file system',
  ESTALE: 'stale file handle',
  ETXTBSY: 'text file busy',
};

/**
 * Why a call of the operating system failed, in words where we have some, else the name of the error. null for every
 * other error: those are bugs, and stay what they are.
 */
export function systemReason(error: unknown): string | null {
  const code = codeOf(error);
  return code === null ? null : (WORDS[code] ?? code);
}

/** Whether a call failed because there is nothing at its path. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The name in errno(3); Node's own codes (`ERR_...`) are not of the system. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return null;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : null;
}
