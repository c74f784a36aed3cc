ALTER TABLE orders FROBNICATE;
-- not measured: syntax error at or near "FROBNICATE"
-- data-loss: unparsable, so it may delete or overwrite rows; read it before you allow it
-- blocks-reads: unparsable, so it may lock any table until it ends; read it before you allow it
-- breaks-clients: unparsable, so it may change what clients use; read it before you allow it

COMMENT ON TABLE orders IS 'it parses';
-- silent
