-- Units, posts and the people who hold them. Rights hang on the post; a holder is one person's chat
-- account on one platform, with validity, so that people come and go and history stays.

CREATE TABLE unit (
    id         uuid        NOT NULL,
    code       text        NOT NULL,
    name       text        NOT NULL,
    kind       text        NOT NULL,
    parent     uuid,
    aliases    text[]      NOT NULL DEFAULT '{}',
    valid_from date,
    valid_to   date,
    CONSTRAINT unit_pkey PRIMARY KEY (id),
    CONSTRAINT unit_code_once UNIQUE (code),
    CONSTRAINT unit_name_once UNIQUE (name),
    CONSTRAINT unit_parent_exists FOREIGN KEY (parent) REFERENCES unit (id) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE post (
    id      uuid    NOT NULL,
    unit    uuid    NOT NULL,
    title   text    NOT NULL,
    role    text    NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT post_pkey PRIMARY KEY (id),
    CONSTRAINT post_title_once UNIQUE (unit, title),
    CONSTRAINT post_unit_exists FOREIGN KEY (unit) REFERENCES unit (id),
    CONSTRAINT post_role_known CHECK (role IN ('contact', 'unit_head', 'leader', 'office', 'supervisor', 'auditor'))
);

CREATE TABLE holder (
    id           uuid        NOT NULL,
    post         uuid        NOT NULL,
    platform     text        NOT NULL,
    account      text        NOT NULL,
    display_name text        NOT NULL DEFAULT '',
    lang         text        NOT NULL DEFAULT 'zh-CN',
    bound_at     timestamptz NOT NULL,
    ended_at     timestamptz,
    version      integer     NOT NULL DEFAULT 1,
    CONSTRAINT holder_pkey PRIMARY KEY (id),
    CONSTRAINT holder_post_exists FOREIGN KEY (post) REFERENCES post (id)
);

-- One account speaks for one post, and a post has one holder per platform.
CREATE UNIQUE INDEX holder_account_once ON holder (platform, account) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX holder_post_once ON holder (post, platform) WHERE ended_at IS NULL;

-- One-time binding codes. Only the digest is kept: whoever reads the table cannot bind.
CREATE TABLE binding_code (
    id         uuid        NOT NULL,
    post       uuid        NOT NULL,
    digest     text        NOT NULL,
    expires_at timestamptz NOT NULL,
    used_by    uuid,
    version    integer     NOT NULL DEFAULT 1,
    CONSTRAINT binding_code_pkey PRIMARY KEY (id),
    CONSTRAINT binding_code_digest_once UNIQUE (digest),
    CONSTRAINT binding_code_post_exists FOREIGN KEY (post) REFERENCES post (id)
);

-- Wrong codes per account, so that guessing is throttled.
CREATE TABLE bind_failure (
    platform text        NOT NULL,
    account  text        NOT NULL,
    failures integer     NOT NULL,
    since    timestamptz NOT NULL,
    CONSTRAINT bind_failure_pkey PRIMARY KEY (platform, account)
);

-- A chat as the platform and the office describe it. Chats never seen here are unconfirmed groups.
CREATE TABLE chat (
    id        uuid    NOT NULL,
    platform  text    NOT NULL,
    chat      text    NOT NULL,
    is_private boolean NOT NULL,
    unit      uuid,
    confirmed boolean NOT NULL DEFAULT false,
    state     text    NOT NULL DEFAULT 'active',
    moved_to  text,
    version   integer NOT NULL DEFAULT 1,
    CONSTRAINT chat_pkey PRIMARY KEY (id),
    CONSTRAINT chat_address_once UNIQUE (platform, chat),
    CONSTRAINT chat_unit_exists FOREIGN KEY (unit) REFERENCES unit (id),
    CONSTRAINT chat_state_known CHECK (state IN ('active', 'removed', 'blocked', 'moved'))
);
