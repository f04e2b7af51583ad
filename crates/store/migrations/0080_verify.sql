-- Who uses a blob, found by the blob: `postroom verify` asks for each use whether its owner still is there. Only large
-- messages have a row here.
CREATE INDEX messages_by_blob ON messages (blob_hash) WHERE blob_hash IS NOT NULL;
