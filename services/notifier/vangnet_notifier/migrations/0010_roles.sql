-- What other roles may see, filtered here like `visible_alerts`. The privacy officer: the trail and nothing else.
CREATE FUNCTION visible_trail(officer boolean) RETURNS TABLE (
    id bigint, day date, place integer, recorded_at timestamptz, alert text, at timestamptz, user_id text, user_name text,
    action text, before_state text, after_state text, choice text, recipient text, added integer, removed integer
) LANGUAGE sql STABLE AS $$
    SELECT l.id, l.day, l.place, l.recorded_at, t.alert, t.at, t.user_id, t.user_name, t.action, t.before_state,
           t.after_state, t.choice, t.recipient, t.added, t.removed
    FROM trail_line l LEFT JOIN trail t ON t.id = l.id WHERE officer
$$;
CREATE INDEX trail_user ON trail (user_id, id);

-- The operator: what did not arrive, without who it is about and whom it was for.
CREATE FUNCTION visible_failures(operator boolean) RETURNS TABLE (
    id text, kind text, attempts integer, failed_at timestamptz, why text
) LANGUAGE sql STABLE AS $$
    SELECT d.id, d.kind, d.attempts, d.failed_at, coalesce('bounced ' || d.bounce_status,
           (SELECT concat_ws(' ', a.result, a.code) FROM delivery_attempt a WHERE a.delivery = d.id ORDER BY attempt DESC LIMIT 1))
    FROM delivery d WHERE operator AND d.state = 'failed'
$$;
CREATE FUNCTION visible_works(operator boolean) RETURNS TABLE (part text, number bigint) LANGUAGE sql STABLE AS $$
    SELECT * FROM (
        SELECT 'delivery-' || state AS part, count(*) AS number FROM delivery GROUP BY state
        UNION ALL SELECT 'parked', count(*) FROM parked
        UNION ALL SELECT 'dead-letter', count(*) FROM dead_letter
        UNION ALL SELECT 'outbox', count(*) FROM outbox
    ) AS counted WHERE operator
$$;
