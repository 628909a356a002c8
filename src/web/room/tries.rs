//! What one could say here: a few words that fill the input by a tap. In the demo they speak of a
//! real item of the sample ledger; elsewhere they only ask, so that no tap can report by mistake.

use super::refusal::Refusal;
use super::seat::Chat;
use crate::app::App;
use crate::domain::Role;
use crate::store::room::{self, Visitor};

pub async fn suggested(app: &App, visitor: &Visitor, chat: &Chat) -> Result<Vec<String>, Refusal> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let Some(seat) = &visitor.seat else { return Ok(words(&["帮助"])) };
    if chat.slot == "all" {
        return Ok(words(&["总览", "帮助"]));
    }
    let is_contact = seat.role == Role::Contact;
    let has_own = is_contact || matches!(seat.role, Role::UnitHead | Role::Leader);
    let mut tries = words(if has_own { &["我的"] } else { &["总览"] });
    if app.is_demo
        && let Some(item) = room::example(&app.read, seat.unit.id).await?
        && (item.is_own || !is_contact)
    {
        tries.push(format!("查 {}", item.number));
        if is_contact {
            let percent = (item.percent + 5).min(100);
            tries.push(format!("进度 {} {percent} 设备已到货，9月15日调试", item.number));
        }
    }
    if has_own {
        tries.push("总览".to_owned());
    }
    tries.push("帮助".to_owned());
    Ok(tries)
}
