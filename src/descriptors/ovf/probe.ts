import type { DescriptorProbe } from '../descriptor.ts';

/** By the name, as every producer writes it, or by the root element, for those whose file is called otherwise. */
export function looksLikeOvf({ name, head }: DescriptorProbe): boolean {
  return /\.ovf$/i.test(name) || /<(?:[A-Za-z_][\w.-]{0,60}:)?Envelope[\s>][^<]{0,4000}\/ovf\//.test(ascii(head));
}

/** UTF-16 without its zeros: markup is ASCII in every encoding that OVF comes in. */
function ascii(head: Buffer): string {
  return head.subarray(0, 8192).toString('latin1').replaceAll('\0', '');
}
