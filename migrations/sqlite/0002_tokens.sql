-- Who may write, and under `--private` who may read. An ordinary table: the log is public, and a secret is not. Of the
-- secret only its SHA-256 is kept. A name is never given twice, also after it was revoked: events carry it for ever.
create table tokens (
    name text not null primary key,
    role text not null,
    secret_sha256 blob not null,
    created_at text not null,
    expires_at text,
    revoked_at text
) strict;
