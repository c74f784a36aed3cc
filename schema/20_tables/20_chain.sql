-- What happened on the chains that are watched.

CREATE TABLE transactions (
    id                bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain_id          integer        NOT NULL DEFAULT 1 CHECK (chain_id > 0),
    hash              text           NOT NULL CHECK (hash ~ '^0x[0-9a-f]{64}$'),
    status            text           NOT NULL DEFAULT 'confirmed' CHECK (status IN ('confirmed', 'failed', 'orphaned')),
    block_number      bigint         NOT NULL CHECK (block_number >= 0),
    block_hash        text           NOT NULL CHECK (block_hash ~ '^0x[0-9a-f]{64}$'),
    block_timestamp   timestamptz    NOT NULL,
    transaction_index integer        NOT NULL CHECK (transaction_index >= 0),
    from_address      text           NOT NULL CHECK (from_address ~ '^0x[0-9a-f]{40}$'),
    to_address        text           CHECK (to_address ~ '^0x[0-9a-f]{40}$'),
    nonce             bigint         NOT NULL CHECK (nonce >= 0),
    value_wei         numeric(78, 0) NOT NULL CHECK (value_wei >= 0),
    gas_limit         bigint         NOT NULL CHECK (gas_limit > 0),
    gas_used          bigint         NOT NULL,
    gas_price_wei     numeric(78, 0) NOT NULL CHECK (gas_price_wei >= 0),
    fee_wei           numeric(78, 0) NOT NULL GENERATED ALWAYS AS (gas_used * gas_price_wei) STORED,
    input             bytea          NOT NULL DEFAULT '',
    logs              jsonb          NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(logs) = 'array'),
    analyzed_at       timestamptz,
    created_at        timestamptz    NOT NULL DEFAULT now(),
    CONSTRAINT transactions_gas_used_within_limit CHECK (gas_used BETWEEN 0 AND gas_limit)
);

-- The hash comes first, so that one index finds a hash on any chain and keeps it unique on each:
-- a transaction replayed on a fork has the same hash on both.
CREATE UNIQUE INDEX idx_transaction_hash ON transactions (hash, chain_id);
CREATE INDEX idx_transaction_timestamp_value ON transactions (block_timestamp, value_wei);
CREATE INDEX idx_transaction_block ON transactions (chain_id, block_number);
CREATE INDEX idx_transaction_from_timestamp ON transactions (from_address, block_timestamp);
CREATE INDEX idx_transaction_to_timestamp ON transactions (to_address, block_timestamp) WHERE to_address IS NOT NULL;

-- The work still to do: a few rows, however long the history.
CREATE INDEX idx_transaction_unanalyzed ON transactions (block_timestamp) WHERE analyzed_at IS NULL;

COMMENT ON TABLE transactions IS 'Transactions that were included in a block, one row a chain and hash';
COMMENT ON COLUMN transactions.chain_id IS 'EIP-155 chain id: 1 is Ethereum mainnet';
COMMENT ON COLUMN transactions.status IS 'orphaned: its block is no longer on the canonical chain';
COMMENT ON COLUMN transactions.to_address IS 'Null when the transaction creates a contract';
COMMENT ON COLUMN transactions.value_wei IS '78 digits hold every uint256';
COMMENT ON COLUMN transactions.gas_price_wei IS 'The effective price: what was paid for each unit of gas';
COMMENT ON COLUMN transactions.analyzed_at IS 'Null until every production model version has scored it';
