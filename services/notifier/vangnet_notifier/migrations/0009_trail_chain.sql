-- The trail becomes a chain. `trail_line` holds what nobody may ever change: a number without holes, the day (Europe/Amsterdam),
-- the place in the day, the time, a salted hash of what the line says, and a hash over all of that and the line before it.
-- `trail` holds what the line says, and its salt: a row of it can be erased, and the chain still holds.
-- docs/decisions/0019-the-trail-is-a-chain.md; domain/chain.py computes the same to verify it.
DROP TRIGGER trail_no_change ON trail;
CREATE TABLE trail_line (
    id           bigint PRIMARY KEY,
    day          date NOT NULL,
    place        integer NOT NULL,
    recorded_at  timestamptz NOT NULL,
    payload_hash bytea NOT NULL,
    hash         bytea NOT NULL,
    UNIQUE (day, place)
);
-- `alert` may be missing (a command of an operator); `erases` = the lines whose content this line says was erased.
ALTER TABLE trail ALTER COLUMN id DROP IDENTITY, ALTER COLUMN alert DROP NOT NULL,
    ADD COLUMN salt bytea, ADD COLUMN erases bigint[];

CREATE FUNCTION trail_field(name text, value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(name || ':' || octet_length(convert_to(value, 'UTF8')) || ':' || value || ',', '')
$$;
CREATE FUNCTION trail_micros(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT trunc(extract(epoch FROM at) * 1000000)::bigint::text
$$;
-- What a line says, as bytes that can have only one meaning; what is empty is left out.
CREATE FUNCTION trail_text(line trail) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT trail_field('alert', line.alert) || trail_field('at', trail_micros(line.at))
        || trail_field('user_id', line.user_id) || trail_field('user_name', line.user_name)
        || trail_field('action', line.action) || trail_field('before_state', line.before_state)
        || trail_field('after_state', line.after_state) || trail_field('choice', line.choice)
        || trail_field('recipient', line.recipient) || trail_field('added', line.added::text)
        || trail_field('removed', line.removed::text) || trail_field('erases', array_to_string(line.erases, '+'))
$$;

-- The next line, and its number. The lock is held until the transaction ends: whoever comes second sees the first one's line.
-- It is the last lock that a transaction takes, so that nobody who holds it waits for another.
CREATE FUNCTION trail_next(payload bytea, recorded timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last trail_line;
    line trail_line;
BEGIN
    PERFORM pg_advisory_xact_lock(1953653612, hashtext(current_schema()));
    SELECT * INTO last FROM trail_line ORDER BY id DESC LIMIT 1;
    line.id := coalesce(last.id, 0) + 1;
    line.recorded_at := greatest(recorded, last.recorded_at);
    line.day := greatest((line.recorded_at AT TIME ZONE 'Europe/Amsterdam')::date, last.day);
    line.place := CASE WHEN line.day = last.day THEN last.place + 1 ELSE 1 END;
    line.payload_hash := payload;
    line.hash := sha256(convert_to(concat_ws('|', 'vangnet-trail-v1', line.id, to_char(line.day, 'YYYY-MM-DD'), line.place,
        trail_micros(line.recorded_at), encode(payload, 'hex'), coalesce(encode(last.hash, 'hex'), repeat('0', 64))), 'UTF8'));
    INSERT INTO trail_line SELECT line.*;
    RETURN line.id;
END $$;
CREATE FUNCTION trail_salted(line trail) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(line.salt || convert_to(trail_text(line), 'UTF8'))
$$;
CREATE FUNCTION trail_salt() RETURNS bytea LANGUAGE sql VOLATILE AS $$
    SELECT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
$$;

-- What was there before comes over in its order, with its times.
DO $$
DECLARE
    line trail;
    number bigint;
    recorded timestamptz;
BEGIN
    FOR number, recorded IN SELECT id, recorded_at FROM trail ORDER BY id LOOP
        UPDATE trail SET salt = trail_salt() WHERE id = number;
        SELECT * INTO line FROM trail WHERE id = number;
        UPDATE trail SET id = trail_next(trail_salted(line), recorded) WHERE id = number;
    END LOOP;
END $$;
ALTER TABLE trail ALTER COLUMN salt SET NOT NULL, DROP COLUMN recorded_at;

CREATE FUNCTION trail_append() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.salt := trail_salt();
    NEW.id := trail_next(trail_salted(NEW), clock_timestamp());
    RETURN NEW;
END $$;
CREATE TRIGGER trail_chained BEFORE INSERT ON trail FOR EACH ROW EXECUTE FUNCTION trail_append();

-- Content goes only after a line says so; a line that says so stays.
CREATE INDEX trail_erasures ON trail (id) WHERE action = 'erase';
CREATE FUNCTION trail_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.action <> 'erase' AND EXISTS (SELECT FROM trail WHERE action = 'erase' AND OLD.id = ANY(erases)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the trail is append-only: % refused', TG_OP;
END $$;
CREATE TRIGGER trail_no_change BEFORE UPDATE ON trail FOR EACH ROW EXECUTE FUNCTION trail_only_grows();
CREATE TRIGGER trail_no_delete BEFORE DELETE ON trail FOR EACH ROW EXECUTE FUNCTION trail_erased();
CREATE TRIGGER trail_line_no_change BEFORE UPDATE OR DELETE ON trail_line
    FOR EACH ROW EXECUTE FUNCTION trail_only_grows();
CREATE TRIGGER trail_line_no_truncate BEFORE TRUNCATE ON trail_line
    FOR EACH STATEMENT EXECUTE FUNCTION trail_only_grows();
REVOKE UPDATE, DELETE, TRUNCATE ON trail_line FROM CURRENT_USER;

-- Which lines were published as the head, so that none goes out twice. What they were is on the topic, not here.
CREATE TABLE trail_published (
    id bigint PRIMARY KEY
);
