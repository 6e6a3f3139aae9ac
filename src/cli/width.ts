/** Columns of help where neither a terminal nor the environment says. */
const WIDTH = 100;
const [NARROWEST, WIDEST] = [40, 200] as const;

/** How wide text may be: as `COLUMNS` says, else as the terminal is; within reason. */
export function widthOf(said: string | undefined, terminal: number | undefined): number {
  if (said !== undefined && /^[1-9]\d{0,5}$/.test(said)) return Math.min(WIDEST, Math.max(NARROWEST, Number(said)));
  return Math.min(WIDTH, terminal ?? WIDTH);
}
