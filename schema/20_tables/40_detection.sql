-- What the models said about transactions, and what turned out to be worth a person's time.

CREATE TABLE predictions (
    id               bigint           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction_id   bigint           NOT NULL REFERENCES transactions (id) ON DELETE CASCADE,
    model_version_id bigint           NOT NULL REFERENCES model_versions (id) ON DELETE RESTRICT,
    user_id          varchar(36)      REFERENCES users (id) ON DELETE SET NULL,
    score            double precision NOT NULL CHECK (score BETWEEN 0 AND 1),
    is_anomaly       boolean          NOT NULL,
    features         jsonb            NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(features) = 'object'),
    latency_ms       integer          NOT NULL CHECK (latency_ms >= 0),
    predicted_at     timestamptz      NOT NULL DEFAULT now()
);

CREATE INDEX idx_prediction_transaction ON predictions (transaction_id);
CREATE INDEX idx_prediction_model_version_predicted ON predictions (model_version_id, predicted_at);
CREATE INDEX idx_prediction_user ON predictions (user_id) WHERE user_id IS NOT NULL;

COMMENT ON TABLE predictions IS 'Every score that a model version gave; predictions go with their transaction';
COMMENT ON COLUMN predictions.user_id IS 'Who asked for it; null for the stream, and after the user was erased';
COMMENT ON COLUMN predictions.is_anomaly IS 'The verdict at the time: the version''s threshold may have changed since';

CREATE TABLE anomalies (
    id               bigint           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction_id   bigint           NOT NULL REFERENCES transactions (id) ON DELETE RESTRICT,
    model_version_id bigint           REFERENCES model_versions (id) ON DELETE RESTRICT,
    kind             text             NOT NULL
                                      CHECK (kind IN ('value', 'velocity', 'gas', 'counterparty', 'contract', 'other')),
    severity         anomaly_severity NOT NULL,
    status           text             NOT NULL DEFAULT 'open'
                                      CHECK (status IN ('open', 'investigating', 'confirmed', 'dismissed')),
    score            double precision CHECK (score BETWEEN 0 AND 1),
    explanation      text             NOT NULL DEFAULT '',
    evidence         jsonb            NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(evidence) = 'object'),
    detected_at      timestamptz      NOT NULL DEFAULT now(),
    resolved_at      timestamptz,
    updated_at       timestamptz      NOT NULL DEFAULT now(),
    CONSTRAINT anomalies_model_gives_score CHECK (model_version_id IS NULL OR score IS NOT NULL),
    CONSTRAINT anomalies_resolved_when_closed
        CHECK ((status IN ('confirmed', 'dismissed')) = (resolved_at IS NOT NULL)),
    CONSTRAINT anomalies_resolved_after_detection CHECK (resolved_at >= detected_at)
);

CREATE INDEX idx_anomaly_severity_detected ON anomalies (severity, detected_at);
CREATE INDEX idx_anomaly_transaction ON anomalies (transaction_id);
CREATE INDEX idx_anomaly_model_version ON anomalies (model_version_id) WHERE model_version_id IS NOT NULL;
CREATE INDEX idx_anomaly_unresolved ON anomalies (detected_at) WHERE resolved_at IS NULL;

COMMENT ON TABLE anomalies
    IS 'Findings that people work on. A transaction or model version with findings cannot be deleted';
COMMENT ON COLUMN anomalies.model_version_id IS 'Null: found by a fixed rule or by a person';
COMMENT ON COLUMN anomalies.evidence IS 'What made it stand out, for example {"value_zscore": 8.1}';
