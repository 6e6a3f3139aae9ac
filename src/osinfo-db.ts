import { fileURLToPath } from 'node:url';

/**
 * The package's own snapshot of osinfo-db, which lies beside `src/` and beside `dist/`. It is data under a licence of
 * its own, and may be missing.
 */
export const EMBEDDED_OSINFO = fileURLToPath(new URL('../osinfo-db/osinfo-db.snapshot', import.meta.url));
