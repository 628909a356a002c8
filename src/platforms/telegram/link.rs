//! Deep links, both ways: `https://t.me/<bot>?start=CODE` opens the bot with `/start CODE`, and
//! `?startgroup=` adds it to a group and says the same there.

/// What the platform lets a link carry.
const PAYLOAD_LETTERS: usize = 64;
/// How our own links begin, so that a code typed by hand works as well.
const BIND: &str = "bind_";

/// A link that opens `bot` with `payload`, in private or in a group the person picks; `None` when the
/// payload is not `[A-Za-z0-9_-]{1,64}`.
pub fn deep_link(bot: &str, payload: &str, group: bool) -> Option<String> {
    let start = if group { "startgroup" } else { "start" };
    (is_payload(bot) && is_payload(payload)).then(|| format!("https://t.me/{bot}?{start}={payload}"))
}

/// A link that says a binding code to `bot` in private.
pub fn bind_link(bot: &str, code: &str) -> Option<String> {
    deep_link(bot, &format!("{BIND}{code}"), false)
}

/// What the person who opened such a link is taken to say.
pub fn meaning(payload: &str) -> String {
    let code = payload.strip_prefix(BIND).unwrap_or(payload);
    if is_payload(payload) && !code.is_empty() { format!("绑定 {code}") } else { "帮助".to_owned() }
}

fn is_payload(text: &str) -> bool {
    (1..=PAYLOAD_LETTERS).contains(&text.len())
        && text.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'_' || letter == b'-')
}
