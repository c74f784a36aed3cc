-- What the system did, and how it is doing.

CREATE TABLE audit_logs (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id         varchar(36) REFERENCES users (id) ON DELETE SET NULL,
    actor           text        NOT NULL,
    action          text        NOT NULL CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
    resource_type   text        NOT NULL,
    resource_id     text,
    outcome         text        NOT NULL CHECK (outcome IN ('success', 'failure', 'denied')),
    ip_address      inet,
    user_agent      text,
    request_id      uuid,
    details         jsonb       NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(details) = 'object'),
    event_timestamp timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_audit_user_timestamp ON audit_logs (user_id, event_timestamp);
CREATE INDEX idx_audit_resource ON audit_logs (resource_type, resource_id, event_timestamp);

-- Rows arrive in the order of time, so a few pages of BRIN serve reports and the clean-up.
CREATE INDEX idx_audit_timestamp ON audit_logs USING brin (event_timestamp);

COMMENT ON TABLE audit_logs
    IS 'Who did what, and whether they were let. Entries outlive the user: user_id becomes null, actor stays';
COMMENT ON COLUMN audit_logs.actor IS 'The user''s id, or the service, as it was at the time';
COMMENT ON COLUMN audit_logs.action IS 'What was done, as noun and verb: model.deploy, api_key.revoke';

CREATE TABLE system_metrics (
    id          bigint           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    component   text             NOT NULL,
    metric_name text             NOT NULL CHECK (metric_name ~ '^[a-z][a-z0-9_.]*$'),
    value       double precision NOT NULL,
    unit        text             NOT NULL DEFAULT '',
    labels      jsonb            NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(labels) = 'object'),
    recorded_at timestamptz      NOT NULL DEFAULT now()
);

CREATE INDEX idx_system_metric_name_recorded ON system_metrics (metric_name, component, recorded_at);
CREATE INDEX idx_system_metric_recorded ON system_metrics USING brin (recorded_at);

COMMENT ON TABLE system_metrics
    IS 'Performance measurements of the pipeline itself; old rows may be deleted at any time';
COMMENT ON COLUMN system_metrics.unit IS 'For example ms, bytes, 1/s; empty for a plain count';
