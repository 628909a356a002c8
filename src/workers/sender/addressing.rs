//! Whom a message reaches is found when it leaves: the unit's contact or whoever stands in, a holder, the
//! office.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::app::{App, real_now};
use crate::store::outbox::{self, Place, Recipient, Wanted};

/// Finds who is meant, for rows that speak to a unit, a post or the office.
pub(super) async fn address(app: &App) -> sqlx::Result<()> {
    let now = app.clock.now();
    let platforms: Vec<String> = app.platforms.iter().map(|p| p.name().to_owned()).collect();
    let mut found: HashMap<Wanted, Option<(Recipient, String)>> = HashMap::new();
    for (seq, wanted) in outbox::unaddressed(&app.work, now.utc).await? {
        if let Entry::Vacant(unknown) = found.entry(wanted) {
            let recipient = outbox::recipient(&app.work, wanted, &platforms, now.today()).await?;
            unknown.insert(recipient.and_then(|recipient| {
                let chat = match &recipient.place {
                    Place::Account { account, .. } => {
                        app.platform(&recipient.platform)?.private_chat(account)
                    }
                    Place::Chat { chat, .. } => chat.clone(),
                };
                Some((recipient, chat))
            }));
        }
        let to = found.get(&wanted).and_then(Option::as_ref);
        let to = to.map(|(recipient, chat)| (recipient, chat.as_str())).ok_or(wanted.nobody());
        outbox::address(&app.work, seq, to, real_now()).await?;
    }
    Ok(())
}
