-- An enum, because its order means something: severity >= 'high' is a question that operators ask.
-- States that only have names are text with a check, which is cheaper to change.
CREATE TYPE anomaly_severity AS ENUM ('low', 'medium', 'high', 'critical');

COMMENT ON TYPE anomaly_severity IS 'How bad an anomaly is; the labels are in order, so they compare with < and >=';
