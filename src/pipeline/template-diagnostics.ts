import { defineDiagnostics, EXIT } from '../diagnostics/index.ts';

export const diagnostics = defineDiagnostics('template', {
  'no-directory': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'There is no directory of templates {path}.',
    remedy: 'Name a directory with --templates; it holds files such as libvirt/x86_64.xml.',
    explain:
      'The files below the directory take the place of those that are shipped in templates/, name by name. A path that ' +
      'is missing or is a file would leave the shipped ones in use without a word.',
  },
  'none-known': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The directory {path} holds no template of any target.',
    remedy: 'Name the files as they are named in the package: {known}.',
    explain:
      'A file takes the place of the shipped one of the same name below templates/, which begins with the folder of its ' +
      'target. Files of other names are never read, so a directory without any of them has no effect.',
  },
  'too-large': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The template {path} has more than {limit} bytes.',
    remedy: 'Keep in it only what every guest of the architecture gets.',
    explain: 'A template is a short file; one of this size is another file by mistake.',
  },
  'not-text': {
    severity: 'error',
    exit: EXIT.usage,
    message: 'The template {path} is not UTF-8.',
    remedy: 'Convert it: iconv -t UTF-8.',
    explain:
      'Templates are UTF-8. A file in another encoding would put other characters into the artefact than its own.',
  },
});
