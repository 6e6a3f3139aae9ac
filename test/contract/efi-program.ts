const HEADERS = 0x200;
const CODE = 0x1000;
const IMAGE = 0x2000;

/** PE/COFF: the machine, and a program for UEFI. */
const ARM64 = 0xaa64;
const PE32_PLUS = 0x20b;
const EFI_APPLICATION = 10;
const EXECUTABLE_LARGE = 0x22;
const CODE_SECTION = 0x60000020;

const TEXT = 0x20;

/** A64 code: prints the text behind it by the console of the system table, which comes in x1, and then waits. */
const INSTRUCTIONS: readonly number[] = [
  0xf9402020, // ldr x0, [x1, #64]: ConOut
  0xf9400402, // ldr x2, [x0, #8]: OutputString
  0x100000c1, // adr x1, TEXT
  0xd63f0040, // blr x2
  0x14000000, // b .
];

/** An EFI program for aarch64, all of it our own, that says one line. */
export function efiProgram(line: string): Buffer {
  const text = Buffer.from(`${line}\r\n\0`, 'utf16le');
  const program = Buffer.alloc(HEADERS + 0x200);
  program.write('MZ', 0, 'latin1');
  program.writeUInt32LE(0x40, 0x3c);
  program.write('PE\0\0', 0x40, 'latin1');
  program.writeUInt16LE(ARM64, 0x44);
  program.writeUInt16LE(1, 0x46); // sections
  program.writeUInt16LE(0xf0, 0x54); // size of the optional header
  program.writeUInt16LE(EXECUTABLE_LARGE, 0x56);
  optionalHeader(program.subarray(0x58, 0x148));
  section(program.subarray(0x148, 0x170));
  for (const [index, instruction] of INSTRUCTIONS.entries()) program.writeUInt32LE(instruction, HEADERS + index * 4);
  text.copy(program, HEADERS + TEXT);
  return program;
}

function optionalHeader(header: Buffer): void {
  header.writeUInt16LE(PE32_PLUS, 0);
  header.writeUInt32LE(0x200, 4); // size of the code
  header.writeUInt32LE(CODE, 16); // where it starts
  header.writeUInt32LE(CODE, 20);
  header.writeUInt32LE(CODE, 32); // alignment in memory
  header.writeUInt32LE(0x200, 36); // and in the file
  header.writeUInt32LE(IMAGE, 56);
  header.writeUInt32LE(HEADERS, 60);
  header.writeUInt16LE(EFI_APPLICATION, 68);
  header.writeUInt32LE(16, 108); // data directories, all empty: the code runs at any address
}

function section(header: Buffer): void {
  header.write('.text', 0, 'latin1');
  header.writeUInt32LE(0x200, 8);
  header.writeUInt32LE(CODE, 12);
  header.writeUInt32LE(0x200, 16);
  header.writeUInt32LE(HEADERS, 20);
  header.writeUInt32LE(CODE_SECTION, 36);
}
