-- What files said of plans, and the templates that series are stamped from.

ALTER TABLE goal ADD COLUMN imported TEXT NOT NULL DEFAULT '{}';

ALTER TABLE milestone ADD COLUMN imported TEXT NOT NULL DEFAULT '{}';

ALTER TABLE blocker ADD COLUMN imported TEXT NOT NULL DEFAULT '{}';

ALTER TABLE check_item ADD COLUMN source VARCHAR NOT NULL DEFAULT 'local';

ALTER TABLE check_item ADD COLUMN external_id VARCHAR;

ALTER TABLE check_item ADD COLUMN imported TEXT NOT NULL DEFAULT '{}';

CREATE UNIQUE INDEX check_item_outside ON check_item (source, external_id);

ALTER TABLE series ADD COLUMN template_id INTEGER REFERENCES template (id);

ALTER TABLE series ADD COLUMN template_version INTEGER NOT NULL DEFAULT 0;

ALTER TABLE series ADD COLUMN template_without TEXT NOT NULL DEFAULT '[]';
