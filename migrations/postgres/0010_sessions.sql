-- Who is signed in on the pages. Of what a browser holds only the SHA-256 is kept, and of whom it is only the token's name: a
-- session may what its token may, and ends with it. Rows are few and found by their key; those that are over are removed when
-- somebody signs in.
create table sessions (
    secret_sha256 bytea not null primary key,
    token text collate "C" not null references tokens (name),
    created_at timestamptz not null,
    expires_at timestamptz not null
);
