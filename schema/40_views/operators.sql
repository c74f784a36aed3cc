-- What the people on call look at.

CREATE VIEW open_anomalies AS
SELECT
    a.id,
    a.severity,
    a.kind,
    a.status,
    a.score,
    a.detected_at,
    t.chain_id,
    t.hash AS transaction_hash,
    t.block_timestamp,
    t.value_wei * 1e-18 AS value_ether,
    m.name AS model_name,
    v.version AS model_version
FROM anomalies AS a
JOIN transactions AS t ON t.id = a.transaction_id
LEFT JOIN model_versions AS v ON v.id = a.model_version_id
LEFT JOIN models AS m ON m.id = v.model_id
WHERE a.resolved_at IS NULL;

COMMENT ON VIEW open_anomalies
    IS 'Findings nobody has closed yet, with the transaction and the model version that found them';

CREATE VIEW model_ab_test AS
SELECT
    m.name AS model_name,
    v.id AS model_version_id,
    v.version AS model_version,
    v.ab_role,
    v.traffic_percent,
    sum(v.traffic_percent) OVER (PARTITION BY v.model_id) AS model_traffic_percent,
    coalesce(p.predictions, 0) AS predictions,
    p.anomaly_percent,
    p.latency_ms_p95
FROM model_versions AS v
JOIN models AS m ON m.id = v.model_id
LEFT JOIN (
    SELECT
        model_version_id,
        count(*) AS predictions,
        round(100.0 * count(*) FILTER (WHERE is_anomaly) / count(*), 2) AS anomaly_percent,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY latency_ms) AS latency_ms_p95
    FROM predictions
    WHERE predicted_at >= now() - interval '24 hours'
    GROUP BY model_version_id
) AS p ON p.model_version_id = v.id
WHERE v.stage = 'production';

COMMENT ON VIEW model_ab_test
    IS 'Production versions side by side over the last 24 hours; a healthy model_traffic_percent is 100';
