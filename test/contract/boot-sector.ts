const SECTOR = 512;

/** Where the BIOS loads a boot sector, and where ours loads the second sector of a disk to. */
const LOADED = 0x7c00;
const BUFFER = 0x8000;

/** Places in the sector; 0x1b8 on is left to a partition table. */
const PUTS = 0x80;
const SHOW = 0xa0;
const STARTED = 0xc0;
const DONE = 0x100;

const word = (value: number): readonly number[] => [value & 0xff, (value >> 8) & 0xff];

/** The near call at `from` in the sector to `to`. */
const call = (from: number, to: number): readonly number[] => [0xe8, ...word(to - from - 3)];

/** Real-mode code: says its name on COM1, and then what stands in the second sector of each disk the BIOS numbers. */
const MAIN: readonly number[] = [
  ...[0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0], // cli; xor ax,ax; mov ds,ax; mov es,ax; mov ss,ax
  ...[0xbc, ...word(LOADED), 0xfb, 0xfc], // mov sp,7c00; sti; cld
  ...[0xbe, ...word(LOADED + STARTED)], // mov si,STARTED
  ...call(0x11, PUTS),
  ...[0xb2, 0x80], // mov dl,80
  ...call(0x16, SHOW),
  ...[0xfe, 0xc2, 0x80, 0xfa, 0x84, 0x75, 0xf6], // inc dl; cmp dl,84; jne to the call
  ...[0xbe, ...word(LOADED + DONE)], // mov si,DONE
  ...call(0x23, PUTS),
  ...[0xf4, 0xeb, 0xfd], // hlt, for ever
];

/** Puts the text at SI on COM1, each byte once the port is ready for it. */
const PUTS_CODE: readonly number[] = [
  ...[0xac, 0x84, 0xc0, 0x74, 0x12, 0x88, 0xc4, 0xba, ...word(0x3fd)], // lodsb; test al,al; je end; mov ah,al; mov dx,3fd
  ...[0xec, 0xa8, 0x20, 0x74, 0xfb, 0x88, 0xe0, 0xba, ...word(0x3f8)], // in al,dx; test al,20; je back; mov al,ah; ...
  ...[0xee, 0xeb, 0xe9, 0xc3], // out dx,al; jmp PUTS; ret
];

/** Reads the second sector of the disk in DL, and puts what stands there; nothing where the BIOS has no such disk. */
const SHOW_CODE: readonly number[] = [
  ...[0x52, 0xb8, ...word(0x0201), 0xbb, ...word(BUFFER)], // push dx; mov ax,0201; mov bx,BUFFER
  ...[0xb9, ...word(0x0002), 0xb6, 0x00, 0xcd, 0x13, 0x72, 0x06], // mov cx,2; mov dh,0; int 13; jc end
  ...[0xbe, ...word(BUFFER)], // mov si,BUFFER
  ...call(SHOW + 0x13, PUTS),
  ...[0x5a, 0xc3], // pop dx; ret
];

/**
 * A disk of `size` bytes that starts under BIOS, all of it our own. On COM1 it says `[name started]`, then `[name seen]`
 * for itself and for each other such disk in the order of the BIOS, then `[name done]`.
 */
export function bootDisk(name: string, size: number): Buffer {
  const disk = Buffer.alloc(size);
  for (const [at, code] of [
    [0, MAIN],
    [PUTS, PUTS_CODE],
    [SHOW, SHOW_CODE],
  ] as const)
    disk.set(code, at);
  disk.write(`[${name} started]\r\n\0`, STARTED, 'latin1');
  disk.write(`[${name} done]\r\n\0`, DONE, 'latin1');
  disk.writeUInt16LE(0xaa55, SECTOR - 2);
  disk.write(`[${name} seen]\r\n\0`, SECTOR, 'latin1');
  return disk;
}
