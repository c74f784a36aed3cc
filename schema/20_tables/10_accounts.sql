-- Who may use the system: people, and the keys that their programs carry.

CREATE TABLE users (
    id            varchar(36)  PRIMARY KEY DEFAULT gen_random_uuid(),
    email         varchar(255) NOT NULL CHECK (email LIKE '_%@_%'),
    full_name     text         NOT NULL DEFAULT '',
    password_hash text,
    role          text         NOT NULL DEFAULT 'analyst' CHECK (role IN ('viewer', 'analyst', 'operator', 'admin')),
    is_active     boolean      NOT NULL DEFAULT true,
    failed_logins integer      NOT NULL DEFAULT 0 CHECK (failed_logins >= 0),
    locked_until  timestamptz,
    last_login_at timestamptz,
    preferences   jsonb        NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(preferences) = 'object'),
    created_at    timestamptz  NOT NULL DEFAULT now(),
    updated_at    timestamptz  NOT NULL DEFAULT now()
);

-- One active account an address, whatever its upper and lower case. A closed account frees its address.
CREATE UNIQUE INDEX idx_user_email_active ON users (lower(email)) WHERE is_active;

COMMENT ON TABLE users
    IS 'People who sign in. Accounts are closed (is_active), not deleted, except when a person asks to be erased';
COMMENT ON COLUMN users.id IS 'UUID as text';
COMMENT ON COLUMN users.password_hash IS 'Argon2id in PHC format; null for single sign-on';
COMMENT ON COLUMN users.is_active
    IS 'False once the account is closed; to shut somebody out for a while, set locked_until';
COMMENT ON COLUMN users.locked_until
    IS 'No sign-in before this time; infinity until an administrator unlocks the account';

CREATE TABLE api_keys (
    id                    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id               varchar(36) NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name                  text        NOT NULL CHECK (name <> ''),
    key_prefix            text        NOT NULL CHECK (length(key_prefix) = 8),
    key_hash              text        NOT NULL UNIQUE CHECK (key_hash ~ '^[0-9a-f]{64}$'),
    scopes                text[]      NOT NULL DEFAULT '{read}' CHECK (scopes <@ ARRAY['read', 'write', 'admin']),
    rate_limit_per_minute integer     NOT NULL DEFAULT 60 CHECK (rate_limit_per_minute > 0),
    last_used_at          timestamptz,
    expires_at            timestamptz,
    revoked_at            timestamptz,
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT api_keys_expires_after_creation CHECK (expires_at > created_at)
);

CREATE INDEX idx_api_key_user ON api_keys (user_id);
CREATE INDEX idx_api_key_expires ON api_keys (expires_at) WHERE revoked_at IS NULL;

COMMENT ON TABLE api_keys
    IS 'Keys for programs. The key itself is shown once and never stored; a user''s keys go with the user';
COMMENT ON COLUMN api_keys.key_prefix IS 'The first eight characters, so that people can tell their keys apart';
COMMENT ON COLUMN api_keys.key_hash IS 'SHA-256 of the key, hexadecimal';
COMMENT ON COLUMN api_keys.expires_at IS 'Null: does not expire';
