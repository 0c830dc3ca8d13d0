-- Facts about the connection and counters: reviewer, cursor, digest, total.
CREATE TABLE meta(key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

-- SERVER TRUTH: written only by pull, and by an acknowledgement (head, mine).

-- What few calls differ in, a row for each combination there is: the list filters and counts by one number.
-- A row never changes.
CREATE TABLE kind(
    id INTEGER PRIMARY KEY,
    operation TEXT,
    customer TEXT NOT NULL,
    model TEXT NOT NULL,
    provider TEXT,
    quantization TEXT,
    tier TEXT,
    schema_version TEXT,
    finish TEXT,
    metered INTEGER NOT NULL
) STRICT;
CREATE INDEX kind_known ON kind(customer, operation, model);

-- A call that was deleted stays as a stub (gone = 1): its local id is never given to another call, and a
-- late page cannot bring it back. `shown` is what the list shows and filters by: 0 nothing, 1 up, 2 down,
-- 3 unsure; my unsent decision where there is one, else the head. corrected: whether it shows a correction. exchange and prompt: the first 63 bits of the
-- fingerprints fp_e_ and fp_p_.
CREATE TABLE call(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0,
    shown INTEGER NOT NULL DEFAULT 0,
    corrected INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    kind INTEGER REFERENCES kind,
    passed INTEGER,
    latency_ms REAL,
    cost_usd REAL,
    size_bytes INTEGER NOT NULL,
    exchange INTEGER,
    prompt INTEGER,
    feedback_count INTEGER NOT NULL,
    text_hash INTEGER NOT NULL,
    altered INTEGER NOT NULL DEFAULT 0, -- received text held what no store can keep
    preview TEXT NOT NULL,
    output_preview TEXT NOT NULL,
    CHECK (gone = 1 OR kind IS NOT NULL)
) STRICT;
-- All that the list filters and sorts by, so that it reads no rows: any order of 100,000 calls in 25 ms.
CREATE INDEX call_browse ON call(
    created_ms, seq, kind, shown, corrected, passed, latency_ms, cost_usd, size_bytes, exchange
) WHERE gone = 0;
CREATE INDEX call_prompt ON call(prompt) WHERE gone = 0;

-- The call as received, deflated where that pays.
CREATE TABLE payload(call INTEGER PRIMARY KEY, packed INTEGER NOT NULL, body BLOB NOT NULL) STRICT;

-- Nobody but the index keeps the words: contentless, yet rows can be deleted. Words of deleted rows stay in
-- the file until FTS5 merges their segment; its 'secure-delete' does nothing for such a table (SQLite 3.54:
-- 700 of 700 deleted words were still there).
CREATE VIRTUAL TABLE search USING fts5(
    words, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);

-- The feedback that counts for a call, the newest that judges: my row (own = 1) or another reviewer's (own = 0).
-- Theirs stays known beneath mine: it counts again when mine is taken back. shown null: the row only describes
-- (tags, a note); then one of mine stands here beside theirs, and adds its tags to what theirs says.
CREATE TABLE head(
    call INTEGER NOT NULL,
    own INTEGER NOT NULL,
    feedback_id TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    revision INTEGER NOT NULL,
    shown INTEGER,
    tags TEXT,
    PRIMARY KEY(call, own)
) STRICT, WITHOUT ROWID;

-- The newest correction that stands, likewise: a newer rating of somebody else does not hide it.
CREATE TABLE correction(
    call INTEGER NOT NULL,
    own INTEGER NOT NULL,
    feedback_id TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    text TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY(call, own)
) STRICT, WITHOUT ROWID;

-- What the server has of mine; said null: nothing.
CREATE TABLE mine(
    call INTEGER PRIMARY KEY, revision INTEGER NOT NULL, feedback_id TEXT, said TEXT
) STRICT;

CREATE TABLE operation(id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE evaluator(id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID;

-- Records of the changes feed that could not be read, as they came.
CREATE TABLE quarantine(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    after INTEGER NOT NULL,
    id TEXT,
    revision INTEGER,
    reason TEXT NOT NULL,
    raw BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX quarantine_id ON quarantine(id) WHERE id IS NOT NULL;

-- MY INTENT: written only by decisions and the sender. No foreign keys to server truth, on purpose: an act
-- outlives the call it is about.

-- One row per act of the person. edit: what it changes, as JSON; nothing in it: each call its own.
-- state: 0 done or standing, 1 undone, 2 undone for good (a newer act came).
CREATE TABLE decision(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    edit TEXT NOT NULL,
    named INTEGER NOT NULL,
    first_call INTEGER NOT NULL,
    state INTEGER NOT NULL DEFAULT 0
) STRICT;

-- base: the newest correction of others that was seen (its feedback id, or one of mine that was taken on top
-- of it); started: the text a correction was written from, where that is not the output.
CREATE TABLE decision_item(
    decision INTEGER NOT NULL REFERENCES decision,
    call INTEGER NOT NULL,
    before TEXT,
    after TEXT,
    base TEXT,
    started TEXT,
    PRIMARY KEY(decision, call)
) STRICT, WITHOUT ROWID;

-- A large act that is still being carried out: do (0), undo (1) or redo (2); and what is left of it, a row
-- for each step. One row with all the calls would be written anew at each step: 800 kB, 200 times.
CREATE TABLE unfinished(
    only INTEGER PRIMARY KEY CHECK (only = 1),
    decision INTEGER NOT NULL REFERENCES decision,
    direction INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE unfinished_step(number INTEGER PRIMARY KEY, calls BLOB NOT NULL) STRICT;

-- state: 0 ready, 1 inflight, 2 unknown, 3 conflict, 4 rejected, 5 parked. frozen: was handed to the
-- sender once. doubted: an attempt had no answer, so the server may have it until it says what it did.
CREATE TABLE outbox(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    op_id TEXT NOT NULL,
    call INTEGER NOT NULL,
    call_id TEXT NOT NULL,
    decision INTEGER NOT NULL,
    said TEXT,
    shown INTEGER,
    base TEXT,
    payload BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    frozen INTEGER NOT NULL DEFAULT 0,
    doubted INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    problem BLOB
) STRICT;
CREATE INDEX outbox_lane ON outbox(call, seq);
CREATE INDEX outbox_state ON outbox(state);
CREATE INDEX outbox_call_id ON outbox(call_id);

-- What I say about a call while the outbox holds something about it: the newest row of its lane. shown null: it
-- does not judge.
CREATE TABLE overlay(
    call INTEGER PRIMARY KEY, outbox INTEGER NOT NULL, shown INTEGER, said TEXT
) STRICT;

-- The tags a call shows, as JSON arrays, no tag of a call twice: mine; and theirs, unless both judge, since then only
-- mine counts.
CREATE VIEW tagged(call, tags) AS
    SELECT call, json_extract(said, '$.tags') FROM overlay WHERE json_extract(said, '$.tags') IS NOT NULL
    UNION ALL SELECT call, tags FROM head
        WHERE own = 1 AND tags IS NOT NULL AND NOT EXISTS (SELECT 1 FROM overlay WHERE overlay.call = head.call)
    UNION ALL SELECT theirs.call, CASE WHEN coalesce(overlay.said, mine.tags) IS NULL THEN theirs.tags ELSE (
            SELECT json_group_array(value) FROM json_each(theirs.tags) WHERE value NOT IN (
                SELECT value FROM json_each(iif(overlay.call IS NULL, mine.tags, json_extract(overlay.said, '$.tags')))
            )
        ) END
        FROM head AS theirs LEFT JOIN overlay ON overlay.call = theirs.call
            LEFT JOIN head AS mine ON mine.call = theirs.call AND mine.own = 1
        WHERE theirs.own = 0 AND theirs.tags IS NOT NULL
            AND (theirs.shown IS NULL OR iif(overlay.call IS NULL, mine.shown, overlay.shown) IS NULL);

-- Every act on a call ever committed. fate: 0 in outbox, receipt or trash; 1 replaced by into_seq before
-- anything was sent; 2 withdrawn before anything was sent; 3 lost with a damaged part of the file; 4 gone
-- with the trash when that was emptied.
CREATE TABLE op(
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    call INTEGER NOT NULL,
    decision INTEGER NOT NULL,
    fate INTEGER NOT NULL DEFAULT 0,
    into_seq INTEGER
) STRICT;

CREATE TABLE receipt(
    seq INTEGER PRIMARY KEY,
    feedback_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    sha256 BLOB NOT NULL
) STRICT;

CREATE TABLE trash(
    seq INTEGER PRIMARY KEY,
    op_id TEXT NOT NULL,
    call INTEGER NOT NULL,
    call_id TEXT NOT NULL,
    said TEXT,
    payload BLOB NOT NULL,
    sha256 BLOB NOT NULL,
    reason TEXT NOT NULL,
    problem BLOB,
    trashed_ms INTEGER NOT NULL
) STRICT;

-- MY DRAFTS: written only by the editor; a pull never touches them. Texts as UTF-8 bytes, with half characters
-- as they came. base: as in decision_item.
CREATE TABLE draft(
    call INTEGER PRIMARY KEY,
    text BLOB NOT NULL,
    caret INTEGER NOT NULL,
    start BLOB NOT NULL,
    base TEXT,
    kind TEXT NOT NULL,
    saved_ms INTEGER NOT NULL
) STRICT;

-- Earlier states of drafts. why: written, begun, submitted, discarded, merged.
CREATE TABLE draft_history(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    call INTEGER NOT NULL,
    text BLOB NOT NULL,
    saved_ms INTEGER NOT NULL,
    why TEXT NOT NULL
) STRICT;
CREATE INDEX draft_history_call ON draft_history(call, number);

-- ON THIS COMPUTER ONLY: what I put aside, what I tag with, what I collect.
CREATE TABLE later(call INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE tag_use(tag TEXT PRIMARY KEY, times INTEGER NOT NULL, last_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Calls collected for a dataset; operation: the key all of them belong to. recipe: how they become items, as JSON;
-- null: as usual.
CREATE TABLE dataset_draft(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    operation TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    recipe TEXT
) STRICT;
CREATE TABLE dataset_draft_item(
    draft INTEGER NOT NULL REFERENCES dataset_draft,
    call INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY(draft, call)
) STRICT, WITHOUT ROWID;
CREATE INDEX dataset_draft_call ON dataset_draft_item(call);

-- A draft on its way to the server. creation: the request that makes the dataset, sent under op_id as Idempotency-Key;
-- dataset: its id, once it is known.
CREATE TABLE dataset_sending(
    draft INTEGER PRIMARY KEY REFERENCES dataset_draft,
    op_id TEXT NOT NULL,
    creation BLOB NOT NULL,
    dataset TEXT
) STRICT;
-- The items of it, the very bytes. state: 0 to be sent, 1 in the dataset, 2 refused, with the server's words in problem.
CREATE TABLE dataset_sending_item(
    draft INTEGER NOT NULL,
    place INTEGER NOT NULL,
    call INTEGER NOT NULL,
    body BLOB NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    PRIMARY KEY(draft, place)
) STRICT, WITHOUT ROWID;

-- What is being written over the expected output of an item. base: the item's revision when it was begun.
CREATE TABLE item_draft(
    dataset TEXT NOT NULL,
    item TEXT NOT NULL,
    text BLOB NOT NULL,
    start BLOB NOT NULL,
    base INTEGER NOT NULL,
    saved_ms INTEGER NOT NULL,
    PRIMARY KEY(dataset, item)
) STRICT, WITHOUT ROWID;

-- DATASETS AS LAST HEARD: a copy of the server's, to be read where it is not reached. revision: of the dataset when
-- its items were read, null: not all of them ever were; generation: of the reading that brought an item last.
-- gates, runs: how it stood when that was read last, as JSON, null: never.
CREATE TABLE dataset(
    id TEXT PRIMARY KEY, place INTEGER NOT NULL, body BLOB NOT NULL, revision INTEGER, generation INTEGER NOT NULL,
    gates BLOB, runs BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE dataset_item(
    dataset TEXT NOT NULL,
    id TEXT NOT NULL,
    place INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    source TEXT,
    title TEXT NOT NULL,
    expected TEXT NOT NULL,
    weight REAL NOT NULL,
    split TEXT,
    hash BLOB NOT NULL,
    packed INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY(dataset, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dataset_item_place ON dataset_item(dataset, place);

-- WHAT SHARE PASSED, BY DAY: sums over calls, kept by the triggers below with every change of a call.

-- How the days of `passed_day` are counted: from `since_ms` on, (created_ms + shift_ms) / a day. From the beginning of time.
CREATE TABLE day_shift(since_ms INTEGER PRIMARY KEY, shift_ms INTEGER NOT NULL) STRICT;
INSERT INTO day_shift VALUES (-4611686018427387904, 0);

-- zone: whose days these are. up_to: only calls created before are in the sums, while those are made anew.
CREATE TABLE day_zone(only INTEGER PRIMARY KEY CHECK (only = 1), zone TEXT NOT NULL, up_to INTEGER NOT NULL) STRICT;
INSERT INTO day_zone VALUES (1, 'UTC', 9223372036854775807);

-- The day of each call there is, and its verdict: by scores where there are some, else by what it shows.
CREATE VIEW judged(seq, created_ms, day, kind, good, bad, liked, disliked) AS
    SELECT seq, created_ms, (created_ms + (
            SELECT shift_ms FROM day_shift WHERE since_ms <= created_ms ORDER BY since_ms DESC LIMIT 1
        ) + 86400000000000) / 86400000 - 1000000, kind,
        passed IS 1, passed IS 0, passed IS NULL AND shown = 1, passed IS NULL AND shown = 2
    FROM call WHERE gone = 0;

CREATE TABLE passed_day(
    day INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    good INTEGER NOT NULL,
    bad INTEGER NOT NULL,
    liked INTEGER NOT NULL,
    disliked INTEGER NOT NULL,
    PRIMARY KEY(day, kind)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER call_came AFTER INSERT ON call
WHEN NEW.gone = 0 AND NEW.created_ms < (SELECT up_to FROM day_zone)
BEGIN
    INSERT INTO passed_day SELECT day, kind, 1, good, bad, liked, disliked FROM judged WHERE seq = NEW.seq
    ON CONFLICT(day, kind) DO UPDATE SET calls = calls + 1, good = good + excluded.good, bad = bad + excluded.bad,
        liked = liked + excluded.liked, disliked = disliked + excluded.disliked;
END;

CREATE TRIGGER call_differs AFTER UPDATE OF gone, created_ms, kind, passed, shown ON call
WHEN OLD.gone <> NEW.gone OR OLD.created_ms <> NEW.created_ms OR OLD.kind IS NOT NEW.kind
    OR OLD.passed IS NOT NEW.passed OR OLD.shown <> NEW.shown
BEGIN
    UPDATE passed_day SET calls = calls - 1, good = good - (OLD.passed IS 1), bad = bad - (OLD.passed IS 0),
        liked = liked - (OLD.passed IS NULL AND OLD.shown = 1),
        disliked = disliked - (OLD.passed IS NULL AND OLD.shown = 2)
    WHERE OLD.gone = 0 AND OLD.created_ms < (SELECT up_to FROM day_zone) AND kind = OLD.kind AND day = (OLD.created_ms + (
            SELECT shift_ms FROM day_shift WHERE since_ms <= OLD.created_ms ORDER BY since_ms DESC LIMIT 1
        ) + 86400000000000) / 86400000 - 1000000;
    INSERT INTO passed_day SELECT day, kind, 1, good, bad, liked, disliked FROM judged
        WHERE seq = NEW.seq AND NEW.created_ms < (SELECT up_to FROM day_zone)
    ON CONFLICT(day, kind) DO UPDATE SET calls = calls + 1, good = good + excluded.good, bad = bad + excluded.bad,
        liked = liked + excluded.liked, disliked = disliked + excluded.disliked;
END;
