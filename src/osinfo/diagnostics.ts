import { defineDiagnostics } from '../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('osinfo', {
  'unknown-os': {
    severity: 'warning',
    exit: 1,
    message: 'The operating system {name} is not in the knowledge base; it says nothing about its devices and needs.',
    remedy: 'Pass --os with {suggestion}.',
    explain:
      'Systems are named as libosinfo names them, by short-id (debian12) or id (http://debian.org/debian/12). Without an entry nothing is known about drivers, memory or firmware of the system, so portable defaults are used and nothing is ruled out. A related system is often close enough: an older release of the same line, or linux2022 for any recent Linux.',
  },
});
