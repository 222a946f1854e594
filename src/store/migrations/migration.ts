/** One step of the store's format; it never changes once it was released. */
export interface Migration {
  /** The `user_version` that the store has afterwards. */
  readonly version: number;
  readonly sql: string;
}
