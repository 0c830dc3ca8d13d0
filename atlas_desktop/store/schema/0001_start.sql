-- Facts about the connection and counters: reviewer, cursor, digest, total.
CREATE TABLE meta(key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

-- SERVER TRUTH: written only by pull, and by an acknowledgement (head, mine).

CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE operation_key(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE model(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- A call that was deleted stays as a stub (gone = 1): its local id is never given to another call, and a
-- late page cannot bring it back. `shown` is what the list shows and filters by: 0 nothing, 1 up, 2 down,
-- 3 unsure; my unsent decision where there is one, else the head.
CREATE TABLE call(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0,
    shown INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    customer INTEGER NOT NULL REFERENCES customer,
    operation INTEGER REFERENCES operation_key,
    model INTEGER NOT NULL REFERENCES model,
    passed INTEGER,
    latency_ms REAL,
    cost_usd REAL,
    size_bytes INTEGER NOT NULL,
    feedback_count INTEGER NOT NULL,
    text_hash INTEGER NOT NULL,
    altered INTEGER NOT NULL DEFAULT 0, -- received text held what no store can keep
    preview TEXT NOT NULL,
    output_preview TEXT NOT NULL
) STRICT;
CREATE INDEX call_browse ON call(created_ms, seq, operation, customer, shown) WHERE gone = 0;
CREATE INDEX call_operation ON call(operation) WHERE gone = 0;
CREATE INDEX call_customer ON call(customer) WHERE gone = 0;

-- The call as received, deflated where that pays.
CREATE TABLE payload(call INTEGER PRIMARY KEY, packed INTEGER NOT NULL, body BLOB NOT NULL) STRICT;

-- Nobody but the index keeps the words: contentless, yet rows can be deleted. Words of deleted rows stay in
-- the file until FTS5 merges their segment; its 'secure-delete' does nothing for such a table (SQLite 3.54:
-- 700 of 700 deleted words were still there).
CREATE VIRTUAL TABLE search USING fts5(
    words, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);

-- The feedback that counts for a call: my row (own = 1) where it is the newest, else another reviewer's
-- (own = 0). Theirs stays known beneath mine: it counts again when mine is taken back.
CREATE TABLE head(
    call INTEGER NOT NULL,
    own INTEGER NOT NULL,
    feedback_id TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    shown INTEGER NOT NULL,
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
    PRIMARY KEY(call, own)
) STRICT, WITHOUT ROWID;

-- What the server has of mine; said null: nothing.
CREATE TABLE mine(
    call INTEGER PRIMARY KEY, revision INTEGER NOT NULL, feedback_id TEXT, said TEXT
) STRICT;

CREATE TABLE operation(id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, body BLOB NOT NULL) STRICT, WITHOUT ROWID;

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

-- One row per act of the person. state: 0 done or standing, 1 undone, 2 undone for good (a newer act came).
CREATE TABLE decision(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    named INTEGER NOT NULL,
    first_call INTEGER NOT NULL,
    state INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE decision_item(
    decision INTEGER NOT NULL REFERENCES decision,
    call INTEGER NOT NULL,
    before TEXT,
    after TEXT,
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
    shown INTEGER NOT NULL,
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

-- What I say about a call while the outbox holds something about it: the newest row of its lane.
CREATE TABLE overlay(
    call INTEGER PRIMARY KEY, outbox INTEGER NOT NULL, shown INTEGER NOT NULL, said TEXT
) STRICT;

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
