/** Abbreviations that mean one thing; those that mean several (IST, CST…) are read as PostgreSQL reads them. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  WEST: 60,
  BST: 60,
  IST: 330,
  CET: 60,
  CEST: 120,
  MET: 60,
  MEST: 120,
  EET: 120,
  EEST: 180,
  SAST: 120,
  MSK: 180,
  TRT: 180,
  PKT: 300,
  JST: 540,
  KST: 540,
  HKT: 480,
  SGT: 480,
  PHT: 480,
  WIB: 420,
  ICT: 420,
  AWST: 480,
  ACST: 570,
  ACDT: 630,
  AEST: 600,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
  NST: -210,
  NDT: -150,
  AST: -240,
  ADT: -180,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  AKST: -540,
  AKDT: -480,
  HST: -600,
};

const OFFSET = /^([+-])(\d{2}):?(\d{2})?$/;

/** Minutes east of UTC of `CET`, `+01`, `-03:30`; null for a name that is not known. */
export function zoneOffsetMinutes(zone: string): number | null {
  const known = ABBREVIATIONS[zone];
  if (known !== undefined) return known;
  const [, sign, hours = "0", minutes = "0"] = OFFSET.exec(zone) ?? [];
  if (sign === undefined) return null;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
