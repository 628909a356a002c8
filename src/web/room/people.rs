//! People as pages name them: who sits here, and the demo's cards to sit down at.

use super::seat::{self, Chat, chats};
use crate::store::room::{Persona, Visitor};

/// Who sits here, and where there is to read. Also sent live when it changes.
pub struct Side {
    pub account: String,
    pub name: String,
    pub post: String,
    pub chats: Vec<Chat>,
    /// The chat that is open.
    pub open: &'static str,
}

impl Side {
    pub fn new(visitor: &Visitor, open: &'static str) -> Side {
        Side {
            account: visitor.account.clone(),
            name: visitor.name.clone(),
            post: match &visitor.seat {
                Some(seat) => place(&seat.unit.name, &seat.post_title, &visitor.name),
                None => "未绑定岗位".to_owned(),
            },
            chats: chats(visitor),
            open,
        }
    }
}

/// A persona's card.
pub struct Card {
    pub account: String,
    pub name: String,
    pub face: String,
    pub post: String,
    pub role: &'static str,
    /// Where this persona may find something new.
    pub chats: [String; 2],
    pub is_me: bool,
}

impl Card {
    pub fn new(persona: Persona, me: Option<&str>) -> Card {
        Card {
            chats: seat::own_chats(&persona),
            is_me: me == Some(persona.account.as_str()),
            post: place(&persona.unit.name, &persona.post_title, &persona.name),
            role: persona.role.title().zh,
            face: persona.name.chars().next().map(String::from).unwrap_or_default(),
            account: persona.account,
            name: persona.name,
        }
    }
}

/// Unit and post, without saying twice what the name or the title says already.
fn place(unit: &str, title: &str, name: &str) -> String {
    match (title == name, title.contains(unit)) {
        (true, _) => unit.to_owned(),
        (false, true) => title.to_owned(),
        (false, false) => format!("{unit} · {title}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_and_post_are_not_said_twice() {
        assert_eq!(place("紫岩县", "紫岩县联络员A", "王敏"), "紫岩县联络员A");
        assert_eq!(place("市整改办", "调度专员A", "李青"), "市整改办 · 调度专员A");
        assert_eq!(place("市整改办", "调度专员A", "调度专员A"), "市整改办");
    }
}
