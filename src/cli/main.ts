import yargs, { type Argv } from 'yargs';
import { EXIT, type ExitStatus, VmImportError } from '../diagnostics/index.ts';
import { VERSION } from '../pipeline/version.generated.ts';
import { exitCodeOf } from './exit-code.ts';
import type { Io } from './io.ts';
import { refuseMisspelt } from './mistaken.ts';
import {
  checkOptions,
  compileOptions,
  decisionOptions,
  detectOptions,
  jsonOption,
  knowledgeOptions,
  lintOptions,
  manifestOption,
  OPTIONS,
  policyCompileOptions,
  snapshotOptions,
  sourceOptions,
  talkOptions,
  testOptions,
  writeOptions,
} from './options.ts';
import { printFindings } from './output.ts';
import { yargsComplaint } from './usage.ts';
import { checkWords, withoutDashes } from './words.ts';

const EPILOGUE = `Exit status: 0 done, 1 denied by policy, 2 could not run, 3 input unreadable or unsafe,
4 requirements contradict each other, 70 a bug.`;

/** One command line, from arguments to exit status. Prints, but never ends the process. */
export async function main(argv: readonly string[], io: Io, columns: number): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.ok;
  const run = async (command: Promise<ExitStatus>): Promise<void> => {
    status = await command;
  };
  try {
    checkWords(argv);
    await refuseMisspelt(argv);
    const words = withoutDashes(argv);
    await build(yargs(words), words, io, run, columns).parseAsync(words, {}, (_error, _argv, output) => {
      // help, version and completion come here; usage errors are thrown
      if (output !== '') io.stdout.write(`${output}\n`);
    });
  } catch (error) {
    status = exitCodeOf(error);
    if (error instanceof VmImportError) printFindings(io, [error.finding]);
    else io.stderr.write(`vm-import: this is a bug in vm-import: ${error instanceof Error ? error.stack : error}\n`);
  }
  return status;
}

type Run = (command: Promise<ExitStatus>) => Promise<void>;

const text = (describe: string) => ({ type: 'string', demandOption: true, describe }) as const;

const withSources = <T>(command: Argv<T>) =>
  command.positional('sources', {
    ...text(
      'disk images, which are the disks of one machine in that order; or one OVA, OVF, VMX, Vagrant box, container image',
    ),
    array: true,
  });

function build(parser: Argv, words: readonly string[], io: Io, run: Run, columns: number): Argv {
  return (
    parser
      .scriptName('vm-import')
      .locale('en')
      // a file named 0123 is no number, and --no-name is no way to leave a name away
      .parserConfiguration({ 'strip-dashed': true, 'parse-numbers': false, 'boolean-negation': false })
      .wrap(columns)
      .exitProcess(false)
      .strict()
      .fail((message, error) => {
        if (error instanceof VmImportError) throw error;
        if (error !== undefined && error !== null && error.name !== 'YError') throw error;
        throw yargsComplaint(message, words, Object.keys(OPTIONS));
      })
      .command(
        '$0 <sources..>',
        'plan an import and print the artefact',
        (command) =>
          writeOptions(withSources(command))
            .example('$0 disk.qcow2', 'domain XML for a disk, on stdout')
            .example('$0 disk.qcow2 --os debian12 -o vm.xml', 'with the defaults of Debian 12, into a file')
            .example('$0 disk.qcow2 --emit openstack', 'the commands that upload it to Glance')
            .example('$0 disk.qcow2 --dry-run', 'what would be decided, and why')
            .example('$0 disk.qcow2 --policy preset:strict', 'an image of somebody you do not trust')
            .example('$0 disk.qcow2 --host caps.xml', 'only what that host can do')
            .example('$0 a.qcow2 b.raw --set disk-bus.disk1=sata', 'two disks of one machine'),
        async (args) => run((await import('./plan.ts')).planCommand(io, args)),
      )
      .command(
        'inspect <sources..>',
        'print what was found, decide nothing',
        (command) =>
          manifestOption(jsonOption(sourceOptions(withSources(command))))
            .example('$0 inspect disk.qcow2', 'format, size, features, hints')
            .example('$0 inspect disk.qcow2 --json', 'the same as vm-import/evidence@1'),
        async (args) => run((await import('./inspect.ts')).inspectCommand(io, args)),
      )
      .command(
        'get <key> <sources..>',
        'print one decided value as one word',
        (command) =>
          decisionOptions(withSources(command.positional('key', text('what to print: firmware, machine, disk-bus'))))
            .example('$0 get firmware disk.qcow2', 'bios or uefi')
            .example('$0 get disk-bus.disk1 a.qcow2 b.qcow2', 'the bus of the second disk'),
        async (args) => run((await import('./get.ts')).getCommand(io, args)),
      )
      .command(
        'explain <topic> [sources..]',
        'why a value won and what lost, or what a finding or a rule of a policy means',
        (command) =>
          jsonOption(
            decisionOptions(
              command
                .positional('topic', text('a key, the code of a finding, or the id of a rule'))
                .positional('sources', { type: 'string', array: true, default: [], describe: 'disk images' }),
            ),
          )
            .example('$0 explain machine disk.qcow2', 'every vote on the machine type')
            .example('$0 explain disk/backing-file', 'what that finding means')
            .example('$0 explain strict.format disk.qcow2', 'what that rule does, and what came of it'),
        async (args) => run((await import('./explain.ts')).explainCommand(io, args)),
      )
      .command('hints', 'read and write the hint document of an image', (command) => hintsCommands(command, io, run))
      .command('policy', 'work on policies without an image', (command) => policyCommands(command, io, run))
      .command('os', 'the OS knowledge base', (command) => osCommands(command, io, run))
      .command('host', 'what a host can do', (command) => hostCommands(command, io, run))
      .command('completion', 'print a completion script for your shell', {}, () => {
        // yargs documents both arguments; its types know none
        Reflect.apply(parser.showCompletionScript, parser, ['vm-import', 'completion']);
      })
      // answers the shell (--get-yargs-completions). Under its own name yargs would not run the command above beside a
      // default command; the default command itself is no word to complete
      .completion('yargs-completion', false, (_current: string, _argv: unknown, defaults: Fallback, done: Answer) => {
        defaults((_error, words) => done((words ?? []).filter((word) => !word.startsWith('$0'))));
      })
      .epilogue(EPILOGUE)
      .version(VERSION)
      .alias({ help: 'h', version: 'V' })
  );
}

/** Asks yargs for the words it would offer by itself. */
type Fallback = (heard: (error: Error | null, words: string[] | undefined) => void) => unknown;
/** Takes the words that are offered. yargs tells this form of the function by its four parameters. */
type Answer = (words: string[]) => unknown;

function hintsCommands(command: Argv, io: Io, run: Run): Argv {
  const image = <T>(of: Argv<T>) => talkOptions(of).positional('image', text('disk image'));
  return command
    .command('get <image>', 'print the normalised document', image, async (args) =>
      run((await import('./hints.ts')).hintsGetCommand(io, args)),
    )
    .command(
      'set <image> <file>',
      'write a document into a stand-alone qcow2 that nobody has open',
      (of) => image(of).positional('file', text('hint document (JSON)')),
      async (args) => run((await import('./hints.ts')).hintsSetCommand(io, args)),
    )
    .command('unset <image>', 'take the document out of the image', image, async (args) =>
      run((await import('./hints.ts')).hintsUnsetCommand(io, args)),
    )
    .command(
      'validate <image>',
      'check the document of an image, or a file of JSON',
      (of) => image(of).option('strict', { type: 'boolean', describe: 'warnings fail' }),
      async (args) => run((await import('./hints.ts')).hintsValidateCommand(io, args)),
    )
    .command('schema', 'print the JSON Schema of hint documents', {}, async () =>
      run((await import('./hints.ts')).hintsSchemaCommand(io)),
    )
    .example('$0 hints set disk.qcow2 hints.json', 'publish hints with an image')
    .demandCommand(1, 1, 'A hints command is missing', 'Only one hints command fits')
    .strict();
}

const withPolicies = <T>(command: Argv<T>) =>
  command.positional('policies', { ...text('policy files or preset:NAME'), array: true });

function policyCommands(command: Argv, io: Io, run: Run): Argv {
  return command
    .command(
      'check <policies..>',
      'report everything that is wrong in policies, or judge saved evidence by them',
      (of) =>
        checkOptions(withPolicies(of))
          .example('$0 policy check site.yaml', 'what is wrong with it, by file, line and column')
          .example('$0 policy check site.yaml --evidence e.json', 'what it says to an image that was inspected'),
      async (args) => run((await import('./policy-check.ts')).policyCheckCommand(io, args)),
    )
    .command(
      'lint <policies..>',
      'rules that never apply, always apply, or change nothing',
      (of) => lintOptions(withPolicies(of)),
      async (args) => run((await import('./policy-lint.ts')).policyLintCommand(io, args)),
    )
    .command(
      'list [policies..]',
      'every rule in effect: where it stands, what it replaced, what changed it',
      (of) =>
        jsonOption(talkOptions(of)).positional('policies', {
          type: 'string',
          array: true,
          default: [],
          describe: 'policy files, directories or preset:NAME (default preset:default)',
        }),
      async (args) => run((await import('./policy-list.ts')).policyListCommand(io, args)),
    )
    .command(
      'test [tests..]',
      'run policy tests: files, or directories to search for *.test.yaml',
      (of) =>
        testOptions(of).positional('tests', {
          type: 'string',
          array: true,
          default: [],
          describe: 'files or directories (default: the current directory)',
        }),
      async (args) => run((await import('./policy-test.ts')).policyTestCommand(io, args)),
    )
    .command(
      'compile <policies..>',
      'check policies once, into a file that --policy takes without parsing them again',
      (of) =>
        policyCompileOptions(withPolicies(of)).example(
          '$0 policy compile a.yaml -o a.compiled',
          'again after every change and every update',
        ),
      async (args) => run((await import('./policy-compile.ts')).policyCompileCommand(io, args)),
    )
    .command('schema', 'print the JSON Schema of policies, for editors', {}, async () =>
      run((await import('./policy.ts')).policySchemaCommand(io)),
    )
    .example('$0 policy check site.yaml', 'before it is rolled out')
    .example('$0 policy test --coverage', 'every *.test.yaml here and below')
    .demandCommand(1, 1, 'A policy command is missing', 'Only one policy command fits')
    .strict();
}

function osCommands(command: Argv, io: Io, run: Run): Argv {
  return command
    .command('list', 'every system it knows', knowledgeOptions, async (args) =>
      run((await import('./os.ts')).osListCommand(io, args)),
    )
    .command(
      'show <name>',
      'devices, firmware, resources and dates of one system',
      (of) => knowledgeOptions(of).positional('name', text('short-id or id')),
      async (args) => run((await import('./os.ts')).osShowCommand(io, args)),
    )
    .command(
      'detect <iso>',
      'the system that an installation or live medium is of',
      (of) => detectOptions(of).positional('iso', text('image of a CD or DVD')),
      async (args) => run((await import('./os-detect.ts')).osDetectCommand(io, args)),
    )
    .command('compile', 'make a snapshot of osinfo-db trees', compileOptions, async (args) =>
      run((await import('./os-compile.ts')).osCompileCommand(io, args)),
    )
    .command(
      'name <name>',
      'the system behind a name of another program',
      (of) => knowledgeOptions(of).positional('name', text('SCHEME:NAME, for example vmware:debian12_64Guest')),
      async (args) => run((await import('./os-name.ts')).osNameCommand(io, args)),
    )
    .example('$0 os name glance:ubuntu:24.04', 'which system os_distro and os_version mean')
    .example('$0 os show win11', 'what plans for Windows 11 start from')
    .example('$0 os detect install.iso', 'short-id, architecture, purpose and name')
    .example('$0 os compile --from /usr/share/osinfo -o osinfo-db.snapshot', 'for --osinfo-db, on any machine')
    .demandCommand(1, 1, 'An os command is missing', 'Only one os command fits')
    .strict();
}

function hostCommands(command: Argv, io: Io, run: Run): Argv {
  return command
    .command('snapshot', 'save what a host can do, for --host', snapshotOptions, async (args) =>
      run((await import('./host.ts')).hostSnapshotCommand(io, args)),
    )
    .example('$0 host snapshot -o host.json', 'of this host, by its libvirt')
    .example('$0 host snapshot --host qemu+ssh://root@kvm1/system -o kvm1.json', 'of another host')
    .example('$0 host snapshot --host caps.xml --host /usr/share/qemu/firmware', 'of saved documents')
    .demandCommand(1, 1, 'A host command is missing', 'Only one host command fits')
    .strict();
}
