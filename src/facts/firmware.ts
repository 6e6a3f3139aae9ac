/** A file of firmware on the host, with the format of the file. */
export interface FirmwareFile {
  readonly path: string;
  readonly format: 'raw' | 'qcow2';
}

/** What a file that is given as a UEFI variable store holds. */
export interface VariableStore {
  /** Bytes of the store as the guest sees them; flash is as large as the file. */
  readonly size: number;
  /** Whether its variables carry the signatures that Secure Boot needs. */
  readonly authenticated: boolean;
  /** Live variables. */
  readonly variables: number;
  /** Which keys of Secure Boot are enrolled. Without `pk` the firmware is in setup mode and enforces nothing. */
  readonly keys: { readonly pk: boolean; readonly kek: boolean; readonly db: boolean };
  /** The switch in the menus of the firmware (`SecureBootEnable`); null: never set, and on once keys are enrolled. */
  readonly secureBootEnabled: boolean | null;
  /** Boot entries that name a loader on a disk, as systems make them when they are installed. */
  readonly bootEntries: number;
}

/** The file that `nvram` names, as it was read. */
export interface SuppliedStore extends FirmwareFile {
  readonly store: VariableStore;
}
