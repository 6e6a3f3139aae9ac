/** Where a command reads and writes; the one seam between the CLI and its process. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Whether stdout and stderr may carry colour. */
  readonly color: { readonly stdout: boolean; readonly stderr: boolean };
}
