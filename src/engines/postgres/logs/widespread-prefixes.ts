/**
 * Values of `log_line_prefix` that are met often: defaults of PostgreSQL, of distributions and of hosting services, and
 * what tools for logs ask for. Where two fit equally well, the earlier one is taken. None tells a user from a database
 * by position alone, as `%u %d ` would.
 */
export const WIDESPREAD_PREFIXES: readonly string[] = [
  // PostgreSQL, Debian and Ubuntu, and their close kin.
  "%m [%p] ",
  "%m [%p] %q%u@%d ",
  "%m [%p] %q%u@%d/%a ",
  "%m [%p] %u@%d ",
  "%t [%p] ",
  "%t [%p] %u@%d ",
  "%t [%p] %q%u@%d ",
  "%t ",
  "%m ",
  "",
  // Tools that read logs.
  "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
  "%t [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ",
  "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
  "%m [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ",
  "%t [%p]: user=%u,db=%d,app=%a,client=%h ",
  "%m [%p]: user=%u,db=%d,app=%a,client=%h ",
  "%t [%p]: [%l-1] user=%u,db=%d ",
  "%t [%p]: [%l-1] ",
  "%m [%p]: [%l-1] ",
  "%t [%p]: ",
  "%m [%p]: ",
  "user=%u,db=%d,app=%a,client=%h ",
  "user=%u,db=%d ",
  "%m [%p] %q[user=%u,db=%d,app=%a] ",
  "[%p][%b][%v][%x] %q[user=%u,db=%d,app=%a] ",
  // Every field that the other formats have: from PostgreSQL 14 on, of 13, and before.
  "%m %p %u %d %a %r %b %c %l %s %v %x %e %Q ",
  "%m %p %P %u %d %a %r %b %c %l %s %v %x %e %Q ",
  "%m %p %u %d %a %r %b %c %l %s %v %x %e ",
  "%m %p %u %d %a %r %c %l %s %v %x %e ",
  // Amazon RDS and Aurora.
  "%t:%r:%u@%d:[%p]:",
  "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:",
  "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a",
  // Google Cloud SQL.
  "%m [%p]: [%l-1] db=%d,user=%u ",
  "%t [%p]: [%l-1] db=%d,user=%u ",
  // Azure.
  "%t-%c-",
  "%m-%c-",
  // Heroku.
  " sql_error_code = %e ",
  ' sql_error_code = %e time_ms = "%m" pid="%p" proc_start_time="%s" session_id="%c" vtid="%v" tid="%x" log_line="%l"' +
    ' database="%d" connection_source="%r" user="%u" application_name="%a" ',
  ' sql_error_code = %e time_ms = "%m" pid="%p" proc_start_time="%s" session_id="%c" vtid="%v" tid="%x" log_line="%l"' +
    ' %qdatabase="%d" connection_source="%r" user="%u" application_name="%a" ',
];
