/** Deadlocks as MySQL prints them; written by hand after the server's format, with tables of our own. */

const RECORD = (
  heap: number,
): string => `Record lock, heap no ${heap} PHYSICAL RECORD: n_fields 4; compact format; info bits 0
 0: len 4; hex 8000beef; asc     ;;
 1: len 6; hex 000000000907; asc       ;;
 2: len 7; hex 0200000118c0de; asc        ;;
 3: len 6; hex 736563726574; asc secret;;
`;

/** Up to 8.0.17 what transaction (1) holds is not printed. */
export const MYSQL_57_STATUS = `
=====================================
2025-03-04 09:08:10 0x7f0ab4c11700 INNODB MONITOR OUTPUT
=====================================
Per second averages calculated from the last 9 seconds
------------------------
LATEST DETECTED DEADLOCK
------------------------
2025-03-04 09:08:07 0x7f0ab4c52700
*** (1) TRANSACTION:
TRANSACTION 7421, ACTIVE 14 sec starting index read
mysql tables in use 1, locked 1
LOCK WAIT 3 lock struct(s), heap size 1136, 2 row lock(s), undo log entries 1
MySQL thread id 31, OS thread handle 139683224405760, query id 412 10.1.2.3 clerk updating
update parcel set state = 'secret-a'
 where id = 48151
*** (1) WAITING FOR THIS LOCK TO BE GRANTED:
RECORD LOCKS space id 44 page no 3 n bits 72 index PRIMARY of table \`depot\`.\`parcel\` trx id 7421 lock_mode X locks rec but not gap waiting
${RECORD(3)}
*** (2) TRANSACTION:
TRANSACTION 7422, ACTIVE 11 sec fetching rows, thread declared inside InnoDB 4998
mysql tables in use 1, locked 1
4 lock struct(s), heap size 1136, 3 row lock(s), undo log entries 1
MySQL thread id 32, OS thread handle 139683224135424, query id 415 10.1.2.4 clerk updating
delete from lorry where plate = "secret-b"
*** (2) HOLDS THE LOCK(S):
RECORD LOCKS space id 44 page no 3 n bits 72 index PRIMARY of table \`depot\`.\`parcel\` trx id 7422 lock mode S locks rec but not gap
${RECORD(3)}
*** (2) WAITING FOR THIS LOCK TO BE GRANTED:
RECORD LOCKS space id 45 page no 4 n bits 80 index lorry plate of table \`depot\`.\`lorry\` trx id 7422 lock_mode X waiting
${RECORD(2)}
*** WE ROLL BACK TRANSACTION (2)
------------
TRANSACTIONS
------------
Trx id counter 7430
---TRANSACTION 421, not started
`;

interface Step {
  readonly trx: number;
  readonly thread: number;
  readonly holds: number;
  readonly waits: number;
}

/** MySQL 8.0.18+ prints for each transaction what the one before waits for, then what it waits for. */
function transaction8({ trx, thread, holds, waits }: Step, number: number, prefix: string): string {
  const lock = "RECORD LOCKS space id 9 page no 4 n bits 72 index PRIMARY of table `depot`.`lorry` trx id";
  return `${prefix}
*** (${number}) TRANSACTION:
TRANSACTION ${trx}, ACTIVE 6 sec starting index read
mysql tables in use 1, locked 1
LOCK WAIT 3 lock struct(s), heap size 1128, 2 row lock(s)
MySQL thread id ${thread}, OS thread handle 140213, query id 88 localhost clerk statistics
select * from lorry where id = ${waits} for update

${prefix}*** (${number}) HOLDS THE LOCK(S):
${lock} ${trx} lock_mode X locks rec but not gap
${RECORD(holds)}

${prefix}*** (${number}) WAITING FOR THIS LOCK TO BE GRANTED:
${lock} ${trx} lock_mode X locks rec but not gap waiting
${RECORD(waits)}
`;
}

const CIRCLE: readonly Step[] = [
  { trx: 501, thread: 61, holds: 2, waits: 3 },
  { trx: 502, thread: 62, holds: 3, waits: 4 },
  { trx: 503, thread: 63, holds: 4, waits: 2 },
];

/** A circle of three in the error log of 8.0, with a line of another thread in its midst. */
export const MYSQL_80_ERROR_LOG = `2025-03-04T09:00:00.000000Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections.
2025-03-04T09:08:07.123456Z 63 [Note] [MY-012468] [InnoDB] Transactions deadlock detected, dumping detailed information.
${CIRCLE.map((step, index) =>
  transaction8(step, index + 1, "2025-03-04T09:08:07.123471Z 63 [Note] [MY-012469] [InnoDB] "),
).join(
  "2025-03-04T09:08:07.123480Z 70 [Note] [MY-010914] [Server] Aborted connection 70 to db: 'depot' user: 'clerk'.\n",
)}
2025-03-04T09:08:07.123502Z 63 [Note] [MY-012469] [InnoDB] *** WE ROLL BACK TRANSACTION (3)
2025-03-04T09:09:00.000000Z 71 [Note] [MY-010914] [Server] Aborted connection 71 to db: 'depot' user: 'clerk'.
`;

/** 5.5 gives up a search that is too long, and names no victim by number. */
export const MYSQL_55_TOO_DEEP = `------------------------
LATEST DETECTED DEADLOCK
------------------------
130704  9:08:07TOO DEEP OR LONG SEARCH IN THE LOCK TABLE WAITS-FOR GRAPH, WE WILL ROLL BACK FOLLOWING TRANSACTION

*** TRANSACTION:
TRANSACTION 9F3A, ACTIVE 3 sec setting auto-inc lock
mysql tables in use 1, locked 1
1 lock struct(s), heap size 376, 0 row lock(s)
MySQL thread id 12, OS thread handle 0x7f12, query id 900 localhost clerk update
insert into parcel (state) values ('secret
*** WAITING FOR THIS LOCK TO BE GRANTED:
TABLE LOCK table \`depot\`.\`parcel\` trx id 9F3A lock mode AUTO-INC waiting
------------
TRANSACTIONS
------------
`;
