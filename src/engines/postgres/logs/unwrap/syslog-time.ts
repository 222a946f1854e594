const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY_MS = 86_400_000;

/**
 * The time of a syslog line as the kernel reads it. One of RFC 3164 (`Nov 24 13:00:00`) has neither year nor zone: UTC is
 * assumed, and the latest year that does not put it more than a day into the future.
 */
export function syslogTime(time: string, nowMs: number): string {
  const [, name = "", day = "", clock = ""] = /^([A-Z][a-z]{2}) ([ \d]\d) (.*)$/.exec(time) ?? [];
  const month = MONTHS.indexOf(name);
  if (month === -1) return time.replace(",", ".");
  const date = `${String(month + 1).padStart(2, "0")}-${day.replace(" ", "0")}`;
  const year = new Date(nowMs).getUTCFullYear();
  const isThisYear = Date.parse(`${year}-${date}T${clock}Z`) <= nowMs + DAY_MS;
  return `${isThisYear ? year : year - 1}-${date} ${clock} UTC`;
}
