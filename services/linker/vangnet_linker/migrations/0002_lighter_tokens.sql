-- The register writes tokens with their profile and deletes them with it, each by its own key. Checking that again for every
-- token, and a second index for the deletion, was a third of what a new identity cost here.
ALTER TABLE token DROP CONSTRAINT token_birth_fkey;
DROP INDEX token_birth;
-- Each event of a known identity updates its profile: with room on the page, no index is touched.
ALTER TABLE profile SET (fillfactor = 80);
