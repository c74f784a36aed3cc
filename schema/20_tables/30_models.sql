-- The models that score transactions. Two versions of one model can share its traffic, which makes an A/B test.

CREATE TABLE models (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text        NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9_-]*$'),
    algorithm   text        NOT NULL CHECK (
                    algorithm IN ('isolation_forest', 'autoencoder', 'gradient_boosting', 'graph_network')
                ),
    description text        NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE models IS 'What a model is for and how it works; what runs is a model version';

CREATE TABLE model_versions (
    id              bigint           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_id        bigint           NOT NULL REFERENCES models (id) ON DELETE RESTRICT,
    version         text             NOT NULL CHECK (version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'),
    stage           text             NOT NULL DEFAULT 'training'
                                     CHECK (stage IN ('training', 'staging', 'production', 'retired')),
    ab_role         text             CHECK (ab_role IN ('champion', 'challenger')),
    traffic_percent smallint         NOT NULL DEFAULT 0 CHECK (traffic_percent BETWEEN 0 AND 100),
    threshold       double precision NOT NULL DEFAULT 0.5 CHECK (threshold BETWEEN 0 AND 1),
    artifact_uri    text             NOT NULL,
    artifact_sha256 text             NOT NULL CHECK (artifact_sha256 ~ '^[0-9a-f]{64}$'),
    hyperparameters jsonb            NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(hyperparameters) = 'object'),
    metrics         jsonb            NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metrics) = 'object'),
    trained_at      timestamptz,
    deployed_at     timestamptz,
    retired_at      timestamptz,
    created_at      timestamptz      NOT NULL DEFAULT now(),
    updated_at      timestamptz      NOT NULL DEFAULT now(),
    CONSTRAINT model_versions_version_once UNIQUE (model_id, version),
    CONSTRAINT model_versions_role_in_production CHECK ((stage = 'production') = (ab_role IS NOT NULL)),
    CONSTRAINT model_versions_traffic_in_production CHECK (stage = 'production' OR traffic_percent = 0)
);

CREATE UNIQUE INDEX idx_model_version_champion ON model_versions (model_id) WHERE ab_role = 'champion';

COMMENT ON TABLE model_versions
    IS 'Trained versions. A model with versions cannot be deleted: what they found refers to them';
COMMENT ON COLUMN model_versions.ab_role
    IS 'In production: the one champion of its model, or a challenger in an A/B test';
COMMENT ON COLUMN model_versions.traffic_percent
    IS 'Share of the model''s transactions; the view model_ab_test shows when they do not add up to 100';
COMMENT ON COLUMN model_versions.threshold IS 'Scores from here on are anomalies';
COMMENT ON COLUMN model_versions.metrics IS 'Offline evaluation, for example {"auc": 0.97, "precision": 0.91}';
