/** Condition on `pg_namespace n`: schemas of users, without the server's own and temporary ones. */
export const USER_SCHEMAS = `n.nspname not in ('pg_catalog', 'information_schema')
       and n.nspname !~ '^pg_(toast|temp)'`;

/**
 * Body of a CTE `blocked (relation)`: relations that cannot be opened without waiting, because another session holds
 * or awaits an AccessExclusiveLock on them, on one of their indexes or on their out-of-line storage. A waiting one
 * counts too: a later AccessShareLock queues behind it.
 */
export const BLOCKED_RELATIONS = `
    with locked as materialized (
      select distinct l.relation
        from pg_locks l
       where l.locktype = 'relation'
         and l.mode = 'AccessExclusiveLock'
         and l.database = (select d.oid from pg_database d where d.datname = current_database())
         and l.pid is distinct from pg_backend_pid()
    ), parents as materialized (
      select k.relation from locked k
      union
      select i.indrelid from pg_index i join locked k on k.relation = i.indexrelid
    )
    select p.relation from parents p
    union
    select c.oid from pg_class c join parents p on p.relation = c.reltoastrelid`;
