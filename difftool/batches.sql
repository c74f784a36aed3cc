DO {block}
-- {shown}, {rows} rows at a time
DECLARE
    name text := current_setting('application_name');
    part regclass;
    pages bigint;
    low bigint;
    step bigint := 8;
    found bigint;
    done bigint;
    left_open bigint;
    filled bigint;
    held bigint;
    sweep integer := 0;
    idle integer := 0;
BEGIN
    LOOP
        sweep := sweep + 1;
        filled := 0;
        held := 0;
        FOREACH part IN ARRAY {parts} LOOP
            pages := pg_relation_size(part) / current_setting('block_size')::bigint;
            low := 0;
            WHILE low < pages LOOP
                PERFORM set_config('application_name', {progress} || format(' %s of %s blocks', low, pages), false);
                EXECUTE 'SELECT count(*) FROM ONLY ' || part || {text} AS {alias} WHERE {alias}.ctid >= $1 AND {alias}.ctid < $2 AND ({open}){text}
                    INTO found USING format('(%s,0)', low)::tid, format('(%s,0)', low + step)::tid;
                done := 0;
                left_open := 0;
                IF found > 0 THEN
                    EXECUTE 'WITH done AS (UPDATE ONLY ' || part || {text} AS {alias} SET {column} = ({value}) WHERE {alias}.ctid = ANY (ARRAY(SELECT {alias}.ctid FROM ONLY {text} || part || {text} AS {alias} WHERE {alias}.ctid >= $1 AND {alias}.ctid < $2 AND ({open}) LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED)) RETURNING ({open}) AS still) SELECT count(*), count(*) FILTER (WHERE still) FROM done{text}
                        INTO done, left_open USING format('(%s,0)', low)::tid, format('(%s,0)', low + step)::tid, CASE WHEN step > 1 THEN {rows} END;
                    filled := filled + done - left_open;
                END IF;
                COMMIT;
                IF done < {rows} OR step = 1 THEN
                    held := held + found - done;
                    low := low + step;
                END IF;
                IF done >= {rows} THEN
                    step := greatest(step / 2, 1);
                ELSIF done * 2 < {rows} THEN
                    step := least(step * 2, 1024);
                END IF;
                IF done > 0 THEN
                    PERFORM pg_sleep({pause}::double precision / 1000);
                END IF;
            END LOOP;
        END LOOP;
        EXIT WHEN held = 0 AND (filled = 0 OR sweep >= NULLIF({sweeps}, 0));
        idle := CASE WHEN filled = 0 THEN idle + 1 ELSE 0 END;
        IF idle > {patience} THEN
            RAISE EXCEPTION '% rows of % are held by other transactions', held, {table} USING ERRCODE = 'lock_not_available';
        ELSIF idle > 0 THEN
            PERFORM pg_sleep(1);
        END IF;
    END LOOP;
    PERFORM set_config('application_name', name, false);
END
{block}
