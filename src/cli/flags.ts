/** What the command line may say; absent = not said. Each name is a key of the configuration or an output of a command. */
export interface Flags {
  readonly config?: string | undefined;
  readonly store?: string | false | undefined;
  readonly top?: number | undefined;
  readonly timeout?: string | undefined;
  readonly explain?: boolean | undefined;
  readonly keepLiterals?: boolean | undefined;
  readonly allDatabases?: boolean | undefined;
  readonly format?: string | undefined;
  readonly failOn?: readonly string[] | undefined;
  readonly minConfidence?: string | undefined;
  readonly only?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
}
