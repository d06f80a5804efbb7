-- A segment is looked up by what refers to it, too.
create index archived_stream_segment on :schema.archived_stream (segment);
