/** What was read of traces, and what could not be. */
export interface TraceTally {
  /** Requests: lines, messages or posts. */
  records: number;
  damagedRecords: number;
  /** Where and why the first of them is damaged. */
  firstDamage: string | null;
  /** Records of metrics or logs. */
  otherSignals: number;
  spans: number;
  /** Spans without ids that can be read. */
  damagedSpans: number;
  statements: number;
  /** Statements by `db.system` for systems that are not looked at. */
  readonly otherSystems: Map<string, number>;
  /** Statements whose span does not show the text. */
  hiddenTexts: number;
  /** Statements without a valid start and end. */
  untimed: number;
  /** Spans whose trace had been closed before they came. */
  lateSpans: number;
  /** Statements that are the whole trace: nothing says to which request they belong. */
  aloneStatements: number;
  readonly engines: Set<"postgres" | "mysql" | "mariadb">;
}

export function emptyTally(): TraceTally {
  return {
    records: 0,
    damagedRecords: 0,
    firstDamage: null,
    otherSignals: 0,
    spans: 0,
    damagedSpans: 0,
    statements: 0,
    otherSystems: new Map(),
    hiddenTexts: 0,
    untimed: 0,
    lateSpans: 0,
    aloneStatements: 0,
    engines: new Set(),
  };
}
