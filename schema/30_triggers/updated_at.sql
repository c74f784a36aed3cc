-- Tables that people and jobs edit say when that last happened.

CREATE FUNCTION set_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION set_updated_at() IS 'Trigger function: stamps updated_at with the time of the transaction';

CREATE TRIGGER users_set_updated_at BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER api_keys_set_updated_at BEFORE UPDATE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER models_set_updated_at BEFORE UPDATE ON models
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER model_versions_set_updated_at BEFORE UPDATE ON model_versions
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER anomalies_set_updated_at BEFORE UPDATE ON anomalies
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
